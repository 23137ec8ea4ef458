//! Sensors of every format, and noise: made here, the same every time.

/// A format as a device sends it.
pub(crate) struct Device {
    /// What the recogniser should call it.
    pub(crate) format: &'static str,
    /// The channels that should be told, in the order of the alphabet.
    pub(crate) channels: &'static str,
    /// What `--format` should be, where it is not to be found out.
    pub(crate) stated: &'static str,
    /// Frames a second.
    pub(crate) hertz: u32,
    /// What it sends for a frame.
    pub(crate) frame: fn(u32) -> Vec<u8>,
}

/// One of every kind.
pub(crate) const DEVICES: [Device; 14] = [
    device("delimited (comma)", "? ?", 100, |n| line(&format!("{:.2},{:.2}\r\n", left(n), right(n)))),
    device("delimited (tab)", "?", 50, |n| line(&format!("{}\t{:.3}\t{n}\n", 7000 + 20 * n, left(n)))),
    device("delimited (semicolon)", "? ?", 50, |n| line(&format!("{:.2};{:.2}\n", left(n), right(n)).replace('.', ","))),
    device("delimited (spaces)", "?", 80, |n| line(&format!("{}\n", 84_000 + left(n) as i32 * 9))),
    device("labelled", "left right", 100, |n| line(&format!("left:{:.2},right:{:.2}\r\n", left(n), right(n)))),
    device("teleplot", "left right", 100, |n| line(&format!(">left:{0}:{1:.2}§µm\n>right:{0}:{2:.2}§µm\n", 10 * n, left(n), right(n)))),
    device("json", "left right", 50, |n| {
        line(&format!("{{\"t\":{},\"left\":{:.3},\"right\":{:.3},\"n\":{n}}}\n", 20 * n, left(n), right(n)))
    }),
    device("pulsesensor", "device_bpm device_ibi_ms pulse", 50, |n| line(&pulse(n))),
    device("pulsesensor (plotter)", "device_bpm device_ibi_ms pulse", 50, |n| {
        line(&format!("72,{},{}\n", 830 + n % 9, 512 + left(n) as i32))
    }),
    device("words and numbers", "average reading", 20, |n| line(&format!("one reading:\t{:.1}\t| average:\t{:.1}\n", left(n), right(n)))),
    device("OpenBCI Cyton", "accel_x accel_y accel_z ch1 ch2 ch3 ch4 ch5 ch6 ch7 ch8", 250, |n| {
        cyton(n as u8, &[left(n), right(n), 0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
    }),
    device("BITalino (2 analog)", "a1 a2 digital", 100, |n| bitalino(n as u8, &[(512.0 + left(n)) as u16, (512.0 + right(n)) as u16])),
    device("BITalino (6 analog)", "a1 a2 a3 a4 a5 a6 digital", 1000, |n| {
        bitalino(n as u8, &[(512.0 + left(n)) as u16, 3, 1023, 9, 63, (n % 64) as u16])
    }),
    Device {
        stated: "serialplot:aabb,i16le,2,sum",
        ..device("SerialPlot frames", "? ?", 100, |n| serialplot(left(n) as i16, right(n) as i16))
    },
];

const fn device(format: &'static str, channels: &'static str, hertz: u32, frame: fn(u32) -> Vec<u8>) -> Device {
    Device { format, channels, stated: "auto", hertz, frame }
}

impl Device {
    /// So many seconds of it.
    pub(crate) fn seconds(&self, seconds: u32) -> Vec<Vec<u8>> {
        (0..seconds * self.hertz).map(self.frame).collect()
    }
}

fn line(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

fn left(n: u32) -> f64 {
    150.0 * (f64::from(n) * 0.13).sin() + 20.0 * (f64::from(n) * 1.9).sin()
}

fn right(n: u32) -> f64 {
    90.0 * (f64::from(n) * 0.11).cos() + 20.0 * (f64::from(n) * 2.3).cos()
}

fn pulse(n: u32) -> String {
    let beat = if n % 40 == 12 { "B72\r\nQ834\r\n" } else { "" };
    format!("S{}\r\n{beat}", 512 + left(n) as i32)
}

/// A Cyton packet with these microvolts at gain 24.
pub(crate) fn cyton(counter: u8, values: &[f64; 8]) -> Vec<u8> {
    let mut packet = vec![0xa0, counter];
    for value in values {
        let count = (value / (4.5e6 / 24.0 / 8_388_607.0)).round() as i32;
        packet.extend_from_slice(&count.to_be_bytes()[1..]);
    }
    packet.extend([0, 0, 0, 0, 0, 0, 0xc0]);
    packet
}

/// A BITalino frame with these analog values; digital bits are zero.
pub(crate) fn bitalino(counter: u8, values: &[u16]) -> Vec<u8> {
    let mut bits: Vec<bool> = vec![false; 4];
    for (channel, value) in values.iter().enumerate() {
        let wide = if channel < 4 { 10 } else { 6 };
        bits.extend((0..wide).rev().map(|bit| value >> bit & 1 == 1));
    }
    let mut frame = vec![counter << 4];
    frame.extend(bits.chunks(8).map(|byte| byte.iter().enumerate().fold(0, |sum, (at, bit)| sum | u8::from(*bit) << (7 - at))));
    frame.reverse();
    let mut crc = 0_u8;
    for bit in frame.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)) {
        crc <<= 1;
        crc = if crc & 16 == 0 { crc } else { crc ^ 0x13 } ^ bit;
    }
    *frame.last_mut().unwrap() |= crc & 15;
    frame
}

fn serialplot(left: i16, right: i16) -> Vec<u8> {
    let payload: Vec<u8> = [left, right].iter().flat_map(|value| value.to_le_bytes()).collect();
    let sum = payload.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    [&[0xaa, 0xbb, 4], payload.as_slice(), &[sum]].concat()
}

/// Noise that is the same every time.
pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    /// Bytes of garbage before one frame in so many, and one byte in so many changed.
    pub(crate) fn over(&mut self, frames: &[Vec<u8>], (garbage, changed): (u64, u64)) -> Vec<u8> {
        let mut out = Vec::new();
        for frame in frames {
            if self.below(garbage) == 0 {
                let count = 1 + self.below(40);
                out.extend((0..count).map(|_| self.below(256) as u8));
            }
            for byte in frame {
                out.push(if self.below(changed) == 0 { self.below(256) as u8 } else { *byte });
            }
        }
        out
    }
}
