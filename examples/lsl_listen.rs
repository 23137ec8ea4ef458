//! What the source hands over of a stream of the Lab Streaming Layer, one JSON object a line; for `scripts/lsl_check.py`, which compares it with what was sent.

use std::io::Write;

use stillpoint::source::{Delivery, LslSource, Source};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = std::env::args().nth(1).ok_or("which stream?")?;
    let mut source = LslSource::open(&name)?;
    let mut out = std::io::stdout().lock();
    loop {
        match source.next().await {
            Delivery::Open { channels, rate } => {
                let channels: Vec<_> = channels.iter().map(|channel| (&channel.name, &channel.unit)).collect();
                writeln!(out, "{}", serde_json::json!({ "channels": channels, "rate": rate.map(stillpoint::signal::Rate::hz) }))?;
            }
            Delivery::Frames { samples, arrival, .. } => writeln!(out, "{{\"arrival\": {:?}, \"samples\": {samples:?}}}", arrival.0)?,
            Delivery::Lost(why) => writeln!(out, "{}", serde_json::json!({ "lost": why }))?,
            Delivery::Fault(what) => writeln!(out, "{}", serde_json::json!({ "fault": what }))?,
            Delivery::Back => writeln!(out, "{{\"back\": true}}")?,
            Delivery::End => return Ok(()),
            Delivery::Missing(frames) => writeln!(out, "{{\"missing\": {frames}}}")?,
            // A stream has no format to be found out.
            Delivery::Format { .. } | Delivery::Unsure(_) => {}
        }
        out.flush()?;
    }
}
