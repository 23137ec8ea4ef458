// An MPU-6050 on forehead or sacrum, for stillpoint: 50 lines a second, by the chip's own clock,
//   us:4020000,head_x[ug]:-12817,head_y[ug]:3906,head_z[ug]:998535,head_gx[mdps]:15,head_gy[mdps]:-7,head_gz[mdps]:0,n:17
// Acceleration in millionths of g, turning in thousandths of a degree a second; us is when the sample was ready, n its running number.
// Uno, Nano and other ATmega328P boards at 16 MHz.

#include <Wire.h>

#define SITE "head"                                 // or "sacrum": stillpoint reads the role off it

const byte ADDRESS = 0x68, READY = 2;               // AD0 at ground; INT at pin 2
const byte FIRST = 0x3B, BYTES = 14;                // ACCEL_XOUT_H: acceleration, temperature, turning, two bytes each, the high one first
const byte SETUP[][2] = {
  {0x6B, 0x01},                                     // PWR_MGMT_1: awake, clock of the gyroscope's PLL
  {0x1A, 0x04},                                     // CONFIG: low pass at 20 Hz
  {0x19, 19},                                       // SMPLRT_DIV: 1000 / (1 + 19) = 50 a second
  {0x1B, 0x00},                                     // GYRO_CONFIG: 250 degrees a second, 131 steps each
  {0x1C, 0x00},                                     // ACCEL_CONFIG: 2 g, 16384 steps each
  {0x38, 0x01},                                     // INT_ENABLE: data ready
};
const char *const NAMES[] = {
  SITE "_x[ug]:", SITE "_y[ug]:", SITE "_z[ug]:", nullptr, SITE "_gx[mdps]:", SITE "_gy[mdps]:", SITE "_gz[mdps]:",
};
const byte VALUES = BYTES / 2, TEMPERATURE = 3;

volatile bool ready;
volatile uint32_t stamp, made;

void sampled() {
  stamp = micros();
  made++;
  ready = true;
}

bool write(byte reg, byte value) {
  Wire.beginTransmission(ADDRESS);
  Wire.write(reg);
  Wire.write(value);
  return Wire.endTransmission() == 0;
}

bool wake() {
  for (const byte *line : SETUP) {
    if (!write(line[0], line[1])) return false;
  }
  return true;
}

bool read(int16_t *values) {
  Wire.beginTransmission(ADDRESS);
  Wire.write(FIRST);
  if (Wire.endTransmission(false) != 0 || Wire.requestFrom(ADDRESS, BYTES) != BYTES) return false;
  for (byte at = 0; at < VALUES; at++) {
    byte high = Wire.read();
    values[at] = (int16_t)((uint16_t)high << 8 | (byte)Wire.read());
  }
  return true;
}

void print(uint32_t when, const int16_t *values, uint32_t number) {
  Serial.print(F("us:"));
  Serial.print(when);
  for (byte at = 0; at < VALUES; at++) {
    if (at == TEMPERATURE) continue;
    Serial.print(',');
    Serial.print(NAMES[at]);
    // 15625 / 256 = 1e6 / 16384.
    Serial.print(at < TEMPERATURE ? values[at] * 15625L / 256 : values[at] * 1000L / 131);
  }
  Serial.print(F(",n:"));
  Serial.println(number);
}

void setup() {
  Serial.begin(115200);
  Wire.begin();
  Wire.setClock(400000);
  Wire.setWireTimeout(3000, true);                  // a loose wire must not hang the board
  attachInterrupt(digitalPinToInterrupt(READY), sampled, RISING);
  wake();
}

void loop() {
  static uint32_t tried;
  if (!ready) {
    // Nothing for a fifth of a second: it was unplugged, or has lost its settings.
    noInterrupts();
    uint32_t last = stamp;
    interrupts();
    if (micros() - last > 200000 && micros() - tried > 200000) {
      tried = micros();
      wake();
    }
    return;
  }
  noInterrupts();
  uint32_t when = stamp, number = made;
  ready = false;
  interrupts();
  int16_t values[VALUES];
  // What could not be read is not printed: the number tells that it is missing.
  if (read(values)) print(when, values, number);
}
