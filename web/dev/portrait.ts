/** A drawn person as a camera picture, for looking at the pages without anybody's camera. */
export function portrait(clothes: string, hair: string, skin: string, wall: string): MediaStream {
  const canvas = document.createElement("canvas");
  canvas.width = 640;
  canvas.height = 480;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  const oval = (x: number, y: number, w: number, h: number, fill: string): void => {
    pen.fillStyle = fill;
    pen.beginPath();
    pen.ellipse(x, y, w, h, 0, 0, 2 * Math.PI);
    pen.fill();
  };
  const draw = (): void => {
    const sway = 4 * Math.sin(performance.now() / 900);
    pen.fillStyle = wall;
    pen.fillRect(0, 0, 640, 480);
    pen.fillStyle = "rgb(255 255 255 / 25%)";
    pen.fillRect(30, 30, 90, 300);
    oval(320 + sway, 520, 210, 170, clothes);
    oval(320 + sway, 200, 118, 140, hair);
    pen.fillStyle = hair;
    pen.fillRect(202 + sway, 200, 236, 170);
    pen.fillStyle = skin;
    pen.fillRect(285 + sway, 290, 70, 90);
    oval(320 + sway, 225, 86, 108, skin);
    oval(288 + sway, 215, 7, 9, "#22313a");
    oval(352 + sway, 215, 7, 9, "#22313a");
    pen.strokeStyle = "#8c4a3c";
    pen.lineWidth = 5;
    pen.beginPath();
    pen.arc(320 + sway, 262, 28, 0.3, Math.PI - 0.3);
    pen.stroke();
    pen.fillStyle = hair;
    pen.beginPath();
    pen.ellipse(320 + sway, 140, 100, 56, 0, Math.PI, 2 * Math.PI);
    pen.fill();
  };
  draw();
  setInterval(draw, 100);
  return canvas.captureStream(10);
}
