//! Work over the cores. Every unit of work has its own random numbers, so that the figures do not depend on how many cores there are.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use stillpoint::simulate::Normal;

/// What the command line asks for.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Seed of everything.
    pub seed: u64,
    /// Few windows, for a check of minutes.
    pub quick: bool,
    /// So many windows a figure, whatever else was asked for.
    pub windows: Option<usize>,
}

impl Plan {
    /// How many windows a figure is told from.
    pub fn windows(&self, full: usize, quick: usize) -> usize {
        self.windows.unwrap_or(if self.quick { quick } else { full }).max(1)
    }

    /// How many recordings, of about a hundred steps each.
    pub fn recordings(&self, full: usize, quick: usize) -> usize {
        self.windows.map_or(if self.quick { quick } else { full }, |windows| windows.div_ceil(100)).max(1)
    }

    /// The random numbers of one unit of the work of that name.
    pub fn source(&self, name: &str, unit: usize) -> Source {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Source {
            normal: Normal::new(self.seed, hash.wrapping_add(unit as u64)),
            state: hash ^ self.seed.rotate_left(32) ^ (unit as u64) << 20,
        }
    }
}

/// Does every unit, on as many threads as there are cores, and gives what they gave in their order.
pub fn spread<T: Send>(units: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(units));
    std::thread::scope(|scope| {
        for _ in 0..threads.min(units) {
            scope.spawn(|| {
                loop {
                    let unit = next.fetch_add(1, Ordering::Relaxed);
                    if unit >= units {
                        break;
                    }
                    let result = work(unit);
                    done.lock().expect("no unit panics while it holds the lock").push((unit, result));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no unit panics while it holds the lock");
    done.sort_by_key(|(unit, _)| *unit);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Spreads so many windows in units of at most `most`; `work` is told the unit and how many windows it has.
pub fn spread_windows<T: Send>(windows: usize, most: usize, work: impl Fn(usize, usize) -> Vec<T> + Sync) -> Vec<T> {
    let size = |unit: usize| most.min(windows - unit * most);
    spread(windows.div_ceil(most), |unit| work(unit, size(unit))).into_iter().flatten().collect()
}

/// Random numbers of one unit.
#[derive(Clone, Debug)]
pub struct Source {
    normal: Normal,
    state: u64,
}

impl Source {
    /// A standard normal number.
    pub fn normal(&mut self) -> f64 {
        self.normal.draw()
    }

    /// A number evenly from one to the other (SplitMix64: Steele, Lea & Flood 2014, OOPSLA).
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        low + (high - low) * (z >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A seed for a simulated client.
    pub fn seed(&mut self) -> u64 {
        self.uniform(0.0, 1e15) as u64
    }
}
