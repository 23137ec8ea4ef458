//! Floor 1: a client who is not there. Seeded samples with a known truth, the same to the bit on every machine: for the demo, the
//! recordings of the project and its accuracy.
//!
//! Figures after Rasmussen & Meulengracht (2021, J Bodyw Mov Ther 26:24): breath 88 µm, a third rhythm near 6 /min of 58 µm, pulse 13 µm.

mod client;
mod noise;
mod portable;
mod scenario;

pub use client::{Client, Truth};
pub use noise::Normal;
pub use scenario::{Scenario, Sensor, Still, Wave};
