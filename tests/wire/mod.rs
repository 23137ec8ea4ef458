//! Bytes in, frames and faults out.

mod binary;
mod formats;
mod properties;
mod recogniser;
mod stories;
mod streams;

use stillpoint::wire::{Before, Event, Format, Wire};

/// What came out, in words that can be compared: NaN equals NaN. What the bytes look like is left out.
fn decode(parts: &[&[u8]]) -> Vec<String> {
    decode_as(Format::Auto, parts)
}

/// The same where the format is stated.
fn decode_as(format: Format, parts: &[&[u8]]) -> Vec<String> {
    let mut wire = Wire::with(format);
    let mut out = Vec::new();
    let mut sink = |event: Event<'_>| out.extend(told(&event));
    parts.iter().for_each(|part| wire.push(part, &mut sink));
    wire.finish(&mut sink);
    out
}

fn told(event: &Event<'_>) -> Option<String> {
    Some(match event {
        Event::Seen(_) => return None,
        Event::Channels(channels) => {
            let names = channels.iter().map(|c| format!("{}[{}]", c.name.as_deref().unwrap_or("?"), c.unit));
            format!("channels {}", names.collect::<Vec<_>>().join(" "))
        }
        Event::Frame(frame) => {
            let stamp = frame.stamp.map(|stamp| format!(" at {:.3}", stamp.0)).unwrap_or_default();
            let before = match frame.before {
                Before::Untold | Before::Follows => String::new(),
                Before::Lost(frames) => format!(" after {frames} lost"),
                Before::Reset => " after a reset".to_owned(),
            };
            format!("{:?}{stamp}{before}", frame.values)
        }
        Event::Fault(fault) => format!("fault {}", fault.why),
    })
}

fn story(text: &str, expected: &[&str]) {
    assert_eq!(decode(&[text.as_bytes()]), expected, "{text:?}");
}

/// So many lines, one behind the other.
fn lines(count: i32, line: impl Fn(i32) -> String) -> String {
    (0..count).map(line).collect::<Vec<_>>().concat()
}

fn format(words: &str) -> Format {
    words.parse().unwrap()
}
