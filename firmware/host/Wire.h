// The two-wire bus with an MPU-6050 at its other end.
#pragma once

#include "Arduino.h"

struct TwoWire {
  void begin() {}
  void setClock(unsigned long) {}
  void setWireTimeout(unsigned long, bool) {}
  void beginTransmission(byte address) { there = address == 0x68, written = 0; }
  void write(byte value);
  byte endTransmission(bool = true) { return there ? 0 : 2; }
  byte requestFrom(byte address, byte count);
  int read();

  bool there;
  byte written, at;
};
extern TwoWire Wire;
