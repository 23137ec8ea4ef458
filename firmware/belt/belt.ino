// A stretch belt of conductive rubber at A0, for stillpoint: 50 lines a second (60 where the mains have 60 Hz),
//   us:4020000,belt:9731,n:17
// Each value is the sum of 20 conversions over one cycle of the mains, 0 to 20460, so that hum cancels out; us is when the last of them was
// done, n the running number of the value. Uno, Nano and other ATmega328P boards at 16 MHz.

const uint16_t MAINS = 50;                          // 60 in the Americas and parts of Asia
const byte CONVERSIONS = 20;                        // in a line

volatile bool ready;
volatile uint16_t total;
volatile uint32_t stamp, made;

// A value that the loop has not fetched in time is replaced, and the number tells so.
ISR(ADC_vect) {
  static uint16_t sum;
  static byte taken;
  TIFR1 = bit(OCF1B);                               // else the timer starts no further conversion
  sum += ADC;
  if (++taken < CONVERSIONS) return;
  total = sum;
  stamp = micros();
  made++;
  ready = true;
  sum = taken = 0;
}

void print(uint32_t when, uint16_t value, uint32_t number) {
  Serial.print(F("us:"));
  Serial.print(when);
  Serial.print(F(",belt:"));
  Serial.print(value);
  Serial.print(F(",n:"));
  Serial.println(number);
}

void setup() {
  Serial.begin(115200);
  // Timer 1 counts to OCR1A without a prescaler, 20 times in a cycle of the mains; its compare match B starts each conversion, not the program.
  TCCR1A = 0;
  TCCR1B = bit(WGM12) | bit(CS10);
  OCR1A = OCR1B = F_CPU / (20L * MAINS) - 1;
  ADMUX = bit(REFS0);                               // A0 against the supply, which the sensor has too
  ADCSRB = bit(ADTS2) | bit(ADTS0);
  ADCSRA = bit(ADEN) | bit(ADATE) | bit(ADIE) | bit(ADPS2) | bit(ADPS1) | bit(ADPS0);
}

void loop() {
  if (!ready) return;
  noInterrupts();
  uint32_t when = stamp, number = made;
  uint16_t value = total;
  ready = false;
  interrupts();
  print(when, value, number);
}
