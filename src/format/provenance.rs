//! Where exported samples come from, for who opens them in a year: beside every file as JSON, and in a WAV's comment.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::signal::{Layout, Rate, Span};

/// Where the samples of a file come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Provenance {
    /// The program and its version.
    pub program: String,
    /// The session or file they were taken from: its name, not where it lay.
    pub source: String,
    /// The name of its file or folder as it stands on disk; empty where that is not told.
    pub source_file: String,
    /// UTC of the first exported frame, where it is known.
    pub started: Option<String>,
    /// The frames of the source that are in the file.
    pub span: Span,
    /// The true rate, which a WAV header cannot hold.
    pub rate: Rate,
    /// The channels.
    pub layout: Layout,
    /// Port, file or other name of what was recorded from; empty where it is not known.
    pub device: String,
    /// How the device wrote its bytes; empty where it is not known.
    pub wire_format: String,
    /// Whether no sensor was behind it.
    pub simulated: bool,
    /// The settings in force, each with its name.
    pub settings: Vec<(String, String)>,
    /// What was wrong with the source.
    pub damage: Vec<String>,
}

impl Provenance {
    /// One line for a comment field.
    pub fn comment(&self) -> String {
        let Self { source, span, rate, simulated, .. } = self;
        let simulated = if *simulated { "simulated; " } else { "" };
        let channels: Vec<String> = self.layout.channels.iter().map(|c| format!("{}[{}]", c.name, c.unit)).collect();
        let (start, end, hz, channels) = (span.start.0, span.end.0, rate.hz(), channels.join(" "));
        format!("{simulated}from {source}, frames {start} to {end}; true rate {hz} Hz; channels {channels}; missing samples are NaN")
    }

    /// All of it, for formats that have room.
    pub fn json(&self) -> Value {
        let channel = |c: &crate::signal::Channel| json!({"name": c.name, "unit": c.unit, "role": c.role.word(), "side": c.side.word()});
        json!({
            "program": self.program,
            "source": self.source,
            "source_file": Some(&self.source_file).filter(|name| !name.is_empty()),
            "start": self.started,
            "first_frame": self.span.start.0,
            "frames": self.span.frames(),
            "rate_hz": self.rate.hz(),
            "nominal_hz": self.layout.nominal.hz(),
            "channels": self.layout.channels.iter().map(channel).collect::<Vec<_>>(),
            "device": self.device,
            "wire_format": self.wire_format,
            "simulated": self.simulated,
            "settings": self.settings.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect::<Map<_, _>>(),
            "damage": self.damage,
        })
    }

    /// The JSON that lies beside a file.
    ///
    /// # Errors
    /// Where `out` fails.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut out, &self.json())?;
        out.write_all(b"\n")?;
        out.flush()
    }
}
