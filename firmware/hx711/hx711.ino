// One or two force cells on HX711 boards, for stillpoint: a line a conversion,
//   us:4012500,left[counts]:84213,n:17
// us is when the first cell's conversion was ready, n the running number of the line. Uno, Nano and other ATmega328P boards at 16 MHz.

const byte CELLS = 1;                               // 2: a second board, its value the latest it had when the first was ready
const char *const NAMES[] = {"left", "right"};      // stillpoint reads side and role off these
const byte DATA[] = {2, 3};                         // DOUT of each board; the first must be a pin with an interrupt (2 or 3)
const byte CLOCK[] = {4, 5};                        // SCK of each board
const byte SETTLING = 4;                            // conversions after power-up that the datasheet says are not yet right

volatile bool ready, reading;
volatile uint32_t stamp;

// Data bits fall as well: those are no conversions.
void fell() {
  if (reading || ready) return;
  stamp = micros();
  ready = true;
}

// 24 bits, the highest first; a 25th pulse asks for channel A at gain 128 again. High for 60 us the clock would switch the chip off.
int32_t read(byte cell) {
  uint32_t bits = 0;
  for (byte pulse = 0; pulse < 25; pulse++) {
    noInterrupts();
    digitalWrite(CLOCK[cell], HIGH);
    bits = bits << 1 | (digitalRead(DATA[cell]) == HIGH);
    digitalWrite(CLOCK[cell], LOW);
    interrupts();
  }
  return (int32_t)(bits << 7) >> 8;
}

void print(uint32_t when, const int32_t *values, uint32_t number) {
  Serial.print(F("us:"));
  Serial.print(when);
  for (byte cell = 0; cell < CELLS; cell++) {
    Serial.print(',');
    Serial.print(NAMES[cell]);
    Serial.print(F("[counts]:"));
    Serial.print(values[cell]);
  }
  Serial.print(F(",n:"));
  Serial.println(number);
}

void setup() {
  Serial.begin(115200);
  for (byte cell = 0; cell < CELLS; cell++) {
    pinMode(DATA[cell], INPUT_PULLUP);              // a board that is not there is never ready
    pinMode(CLOCK[cell], OUTPUT);
    digitalWrite(CLOCK[cell], LOW);
  }
  attachInterrupt(digitalPinToInterrupt(DATA[0]), fell, FALLING);
  if (digitalRead(DATA[0]) == LOW) fell();          // it was ready before anybody looked
}

void loop() {
  static int32_t values[CELLS];
  static byte fresh[CELLS];                         // conversions read, up to SETTLING + 1
  static uint32_t number;
  for (byte cell = 1; cell < CELLS; cell++) {
    if (digitalRead(DATA[cell]) == HIGH) continue;
    values[cell] = read(cell);
    if (fresh[cell] <= SETTLING) fresh[cell]++;
  }
  if (!ready) return;
  reading = true;
  values[0] = read(0);
  uint32_t when = stamp;
  ready = reading = false;
  if (fresh[0] <= SETTLING) fresh[0]++;
  for (byte cell = 0; cell < CELLS; cell++) {
    if (fresh[cell] <= SETTLING) return;
  }
  print(when, values, number++);
}
