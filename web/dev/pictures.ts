/** Drawn people and drawn skin, so that the gallery needs no pictures of anybody. */

function canvas(width: number, height: number): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const made = document.createElement("canvas");
  made.width = width;
  made.height = height;
  const pen = made.getContext("2d");
  if (!pen) throw new Error("no canvas");
  return [made, pen];
}

function oval(pen: CanvasRenderingContext2D, x: number, y: number, rx: number, ry: number, fill: string): void {
  pen.beginPath();
  pen.ellipse(x, y, rx, ry, 0, 0, 7);
  pen.fillStyle = fill;
  pen.fill();
}

interface Looks {
  skin: string;
  hair: string;
  shirt: string;
  room: string;
}

/** A moving picture of somebody: the face sways a little. */
export function somebody(looks: Looks): MediaStream {
  const [made, pen] = canvas(960, 720);
  const draw = (): void => {
    const sway = Math.sin(performance.now() / 900) * 6;
    pen.fillStyle = looks.room;
    pen.fillRect(0, 0, 960, 720);
    pen.fillStyle = "rgb(255 255 255 / 35%)";
    pen.fillRect(60, 60, 150, 260);
    oval(pen, 480 + sway, 300, 190, 230, looks.hair);
    pen.fillStyle = looks.hair;
    pen.fillRect(300 + sway, 300, 360, 240);
    oval(pen, 480, 760, 330, 210, looks.shirt);
    pen.fillStyle = looks.skin;
    pen.fillRect(430 + sway, 440, 100, 130);
    oval(pen, 480 + sway, 320, 138, 180, looks.skin);
    oval(pen, 430 + sway, 305, 11, 14, "#2b2320");
    oval(pen, 530 + sway, 305, 11, 14, "#2b2320");
    pen.strokeStyle = "#8a3f33";
    pen.lineWidth = 8;
    pen.lineCap = "round";
    pen.beginPath();
    pen.arc(480 + sway, 385, 44, 0.35, Math.PI - 0.35);
    pen.stroke();
    oval(pen, 480 + sway, 175, 150, 62, looks.hair);
    requestAnimationFrame(draw);
  };
  draw();
  return made.captureStream(15);
}

export const PATIENT: Looks = { skin: "#e3b08a", hair: "#7d4f2d", shirt: "#7d9489", room: "#cfcfc2" };
export const NURSE: Looks = { skin: "#c98f66", hair: "#2d2320", shirt: "#1f6f74", room: "#d9d6cc" };

const SIZES: Readonly<Record<string, readonly [number, number, number, string]>> = {
  overview: [2048, 1536, 0.09, "#e0ab86"],
  close: [2048, 1536, 0.26, "#e0ab86"],
  dark: [1152, 2048, 0.2, "#94694c"],
};

const made = new Map<string, string>();

/** The address of a drawn photo of a rash. */
export function drawnPhoto(id: string, what: "view" | "thumbnail"): string {
  const known = made.get(`${id} ${what}`);
  if (known) return known;
  const [width, height, size, skin] = SIZES[id] ?? SIZES["overview"] ?? [800, 600, 0.1, "#ddb"];
  const scale = what === "view" ? 1 : 320 / Math.max(width, height);
  const [board, pen] = canvas(Math.round(width * scale), Math.round(height * scale));
  pen.scale(scale, scale);
  pen.fillStyle = skin;
  pen.fillRect(0, 0, width, height);
  let seed = 7;
  const next = (): number => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
  for (let i = 0; i < 26000; i += 1) {
    pen.fillStyle = next() > 0.5 ? "rgb(120 60 30 / 5%)" : "rgb(255 240 220 / 7%)";
    pen.fillRect(next() * width, next() * height, 3, 3);
  }
  const r = Math.min(width, height) * size;
  for (let ring = 40; ring > 0; ring -= 1) {
    const far = ring / 40;
    oval(
      pen,
      width / 2 + (next() - 0.5) * r * 0.12,
      height / 2 + (next() - 0.5) * r * 0.12,
      r * far * (1.1 + next() * 0.1),
      r * far,
      `rgb(${String(196 - far * 10)} ${String(70 + far * 40)} ${String(60 + far * 30)} / 9%)`,
    );
  }
  oval(pen, width / 2, height / 2, r * 0.09, r * 0.08, "#7c2320");
  oval(pen, width / 2 + r * 1.35, height / 2 + r * 0.95, r * 0.36, r * 0.36, "#b9bcbc");
  oval(pen, width / 2 + r * 1.35, height / 2 + r * 0.95, r * 0.3, r * 0.3, "#d3d6d5");
  const url = board.toDataURL("image/jpeg", 0.9);
  made.set(`${id} ${what}`, url);
  return url;
}
