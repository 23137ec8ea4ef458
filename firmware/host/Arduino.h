// What the sketches need of Arduino, on a computer: a clock that goes on when it is asked, pins, a serial port that is standard output, and the
// sensor behind the pins. `firmware/build` compiles the sketches against this and keeps what they print.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>

typedef uint8_t byte;

enum { LOW, HIGH };
enum { INPUT, OUTPUT, INPUT_PULLUP };
enum { FALLING, RISING };

#define F_CPU 16000000L
#define F(text) text
#define bit(number) (1UL << (number))
#define digitalPinToInterrupt(pin) (pin)

unsigned long micros();
void pinMode(byte pin, byte mode);
void digitalWrite(byte pin, byte level);
int digitalRead(byte pin);
void attachInterrupt(byte pin, void (*handler)(), int edge);
inline void noInterrupts() {}
inline void interrupts() {}

struct SerialPort {
  void begin(unsigned long) {}
  void print(char text) { putchar(text); }
  void print(const char *text) { fputs(text, stdout); }
  void print(int value) { printf("%d", value); }
  void print(long value) { printf("%ld", value); }
  void print(unsigned value) { printf("%u", value); }
  void print(uint16_t value) { printf("%u", value); }
  void println(uint32_t value) { printf("%u\r\n", value); }
};
extern SerialPort Serial;

// The registers of timer and converter, as far as they are written to.
extern uint16_t OCR1A, OCR1B, ADC;
extern uint8_t TCCR1A, TCCR1B, TIFR1, ADMUX, ADCSRA, ADCSRB;
enum { WGM12 = 3, CS10 = 0, OCF1B = 2, REFS0 = 6, ADTS2 = 2, ADTS0 = 0, ADEN = 7, ADATE = 5, ADIE = 3, ADPS2 = 2, ADPS1 = 1, ADPS0 = 0 };
#define ISR(vector) void vector()

void setup();
void loop();
