// The sensors that are not there. Each gives a breath of 15 a minute, and the pulse sensor a pulse of 66; the numbers are made anew for each
// sample, so that every run prints the same.

#include "Arduino.h"
#include "Wire.h"

#include <chrono>
#include <cstdlib>
#include <thread>

SerialPort Serial;
TwoWire Wire;
uint16_t OCR1A, OCR1B, ADC;
uint8_t TCCR1A, TCCR1B, TIFR1, ADMUX, ADCSRA, ADCSRB;

// A sketch that has no converter has no such handler.
__attribute__((weak)) void ADC_vect() {}

namespace {

double now_us;
void (*handler)();

double wave(double per_minute) { return std::sin(now_us * 1e-6 * per_minute / 60 * 2 * M_PI); }

// HX711: DOUT falls 80 times a second; the clock's rising edges bring out 24 bits, and the 25th lets DOUT rise.
struct Hx711 {
  uint32_t value = 0;
  int pulses = 25;
  byte clock = LOW;
  double next_us = 1000;

  void convert() {
    value = (uint32_t)(84213 + 400 * wave(15)) & 0xFFFFFF;
    pulses = 0;
  }
  int out() const {
    if (pulses == 0) return LOW;
    return pulses > 24 ? 1 : value >> (24 - pulses) & 1;
  }
  void clocked(byte level) {
    pulses += level == HIGH && clock == LOW && pulses < 25;
    clock = level;
  }
} cell;

// MPU-6050: registers; asleep until PWR_MGMT_1 wakes it.
uint8_t registers[128];
double sampled_us = 20000;

void sample() {
  const double values[] = {-210 + 60 * wave(15), 64, 16360, -4000, 2 + 40 * wave(15), -1, 0};
  for (int at = 0; at < 7; at++) {
    int16_t value = (int16_t)std::lround(values[at]);
    registers[0x3B + 2 * at] = (uint16_t)value >> 8;
    registers[0x3C + 2 * at] = value & 0xFF;
  }
}

// What happens by itself while time goes on.
void advance(double us) {
  now_us += us;
  if (handler && now_us >= cell.next_us && registers[0x6B] == 0) {
    cell.next_us += 12500;
    cell.convert();
    handler();
  }
  if (handler && registers[0x38] == 1 && now_us >= sampled_us) {
    sampled_us += 1000.0 * (1 + registers[0x19]);
    sample();
    handler();
  }
  static double converted_us;
  if (ADCSRA && now_us >= converted_us) {
    converted_us += (OCR1A + 1) * 1e6 / F_CPU;
    ADC = (uint16_t)(512 + 60 * wave(15) + 90 * std::pow(wave(33), 8));
    ADC_vect();
  }
}

}  // namespace

unsigned long micros() { return (uint32_t)now_us & ~3U; }
void pinMode(byte, byte) {}
void digitalWrite(byte, byte level) { cell.clocked(level), advance(4); }
int digitalRead(byte) { return advance(4), cell.out(); }
void attachInterrupt(byte, void (*then)(), int) { handler = then; }

void TwoWire::write(byte value) {
  if (written++ == 0) at = value;
  else registers[at++ & 127] = value;
}
byte TwoWire::requestFrom(byte address, byte count) { return address == 0x68 ? count : 0; }
int TwoWire::read() { return registers[at++ & 127]; }

// Seconds of lines: at once, or with a second word as slowly as the board prints them.
int main(int count, char **words) {
  const double until_us = atof(words[1]) * 1e6;
  const auto begun = std::chrono::steady_clock::now();
  for (setup(); now_us < until_us; loop()) {
    advance(20);
    if (count < 3) continue;
    fflush(stdout);
    std::this_thread::sleep_until(begun + std::chrono::microseconds((long)now_us - 2000));
  }
}
