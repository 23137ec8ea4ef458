//! How a recording is to be made.

use std::path::PathBuf;

use crate::rhythm::Settings;
use crate::signal::Seconds;

/// What a recording says of itself.
#[derive(Clone, Debug)]
pub struct RecordAs {
    /// The folder in which the session folder is made.
    pub root: PathBuf,
    /// The port or `demo`.
    pub device: String,
    /// The wire format as it was stated; what is recognised takes its place.
    pub wire_format: String,
    /// Whether the samples come from a simulator.
    pub simulated: bool,
    /// The settings in force.
    pub settings: Settings,
    /// Whether it begins with the first sample.
    pub at_once: bool,
    /// How long it may become.
    pub length: Length,
}

/// How long a recording may become, in time of the signal. The samples are cut to the frame, and none is left out between two sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Length {
    /// All of it.
    pub total: Option<Seconds>,
    /// One session; then the next is begun.
    pub session: Option<Seconds>,
}
