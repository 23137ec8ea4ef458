//! What a stream says of its channels: an XML document that its outlet hands over on the port of its data.

use std::io;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::signal::clean;
use crate::wire::WireChannel;

/// A longer document is cut: what it says of the first channels is read all the same.
const LONGEST: u64 = 1 << 20;
/// The way to what is known of a channel (XDF's convention for meta-data, as liblsl's own examples write it).
const WAY: [&str; 4] = ["info", "desc", "channels", "channel"];

/// Asks for the description and reads it. The outlet ends it by closing.
pub(super) async fn fetch(mut stream: TcpStream) -> io::Result<String> {
    stream.write_all(b"LSL:fullinfo\r\n").await?;
    let mut document = Vec::new();
    stream.take(LONGEST).read_to_end(&mut document).await?;
    Ok(String::from_utf8_lossy(&document).into_owned())
}

/// Names and units of `count` channels, clean; without a name where the document gives none.
pub fn channels(document: &str, count: usize) -> Vec<WireChannel> {
    let mut found = Description::default();
    let mut reader = Reader::from_str(document);
    // A document that is cut or broken has told what it told until there.
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) => found.enter(tag.name().as_ref()),
            Event::Empty(tag) => {
                found.enter(tag.name().as_ref());
                found.leave();
            }
            Event::End(_) => found.leave(),
            Event::Text(text) => found.text(&text.xml10_content()),
            Event::CData(text) => found.text(&text.xml10_content()),
            Event::GeneralRef(reference) => found.text(&referred(&reference)),
            Event::Eof => break,
            _ => {}
        }
        if found.channels.len() > count {
            break;
        }
    }
    found.channels.resize_with(count, Told::default);
    found.channels.into_iter().map(Told::channel).collect()
}

fn referred(reference: &BytesRef<'_>) -> String {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => character.to_string(),
        _ => quick_xml::escape::resolve_predefined_entity(reference).unwrap_or_default().to_owned(),
    }
}

/// What one channel's element says.
#[derive(Debug, Default)]
struct Told {
    label: String,
    name: String,
    unit: String,
}

impl Told {
    /// The documented name of a label is `label`; many devices write `name`.
    fn channel(self) -> WireChannel {
        let name = [self.label, self.name].iter().map(|text| clean(text)).find(|text| !text.is_empty());
        WireChannel { name, unit: unit(&clean(&self.unit)) }
    }
}

/// The units of LSL's convention are words; ours are signs.
fn unit(word: &str) -> String {
    let known = [("microvolts", "µV"), ("millivolts", "mV"), ("volts", "V"), ("meters", "m"), ("millimeters", "mm"), ("micrometers", "µm")];
    let sign = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
    sign.map_or(word, |(_, sign)| sign).to_owned()
}

/// Where in the document the reader is.
#[derive(Debug, Default)]
struct Description {
    depth: usize,
    /// The elements it is in, as far as they lie on [`WAY`].
    on_way: usize,
    /// The element below `channel` that it is in.
    field: Option<&'static str>,
    channels: Vec<Told>,
}

impl Description {
    fn enter(&mut self, name: &str) {
        if self.on_way == self.depth && WAY.get(self.depth) == Some(&name) {
            self.on_way += 1;
            if self.on_way == WAY.len() {
                self.channels.push(Told::default());
            }
        } else if self.on_way == WAY.len() && self.depth == WAY.len() {
            self.field = ["label", "name", "unit"].into_iter().find(|field| *field == name);
        }
        self.depth += 1;
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.on_way = self.on_way.min(self.depth);
        if self.depth == WAY.len() {
            self.field = None;
        }
    }

    fn text(&mut self, text: &str) {
        let (Some(field), Some(channel)) = (self.field, self.channels.last_mut()) else { return };
        if self.depth == WAY.len() + 1 {
            let value = match field {
                "label" => &mut channel.label,
                "name" => &mut channel.name,
                _ => &mut channel.unit,
            };
            value.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(document: &str, count: usize) -> Vec<(Option<String>, String)> {
        channels(document, count).into_iter().map(|channel| (channel.name, channel.unit)).collect()
    }

    #[test]
    fn labels_and_units_are_read_from_the_usual_place_and_from_nowhere_else() {
        let document = "<?xml version=\"1.0\"?><info><name>belt</name><desc><setup><channel><label>no</label></channel></setup>
            <channels>
              <channel><label>left &amp; right</label><unit>microvolts</unit><location><label>no</label></location></channel>
              <channel><name>belt&#x1b;[2J</name><unit><![CDATA[µm]]></unit></channel>
              <channel><label/></channel>
            </channels></desc></info>";
        let some = |text: &str| Some(text.to_owned());
        let told = [(some("left & right"), "µV".into()), (some("belt[2J"), "µm".into()), (None, String::new()), (None, String::new())];
        assert_eq!(named(document, 4), told);
    }

    #[test]
    fn a_document_that_is_cut_broken_deep_or_too_long_names_what_it_names() {
        let head = "<info><desc><channels><channel><label>one</label></channel>";
        let first = |document: &str, count| named(document, count).swap_remove(0).0;
        assert_eq!(first(&format!("{head}<channel><label>tw"), 2).as_deref(), Some("one"));
        assert_eq!(first(&format!("{head}</desc>"), 1).as_deref(), Some("one"));
        assert_eq!(first(&format!("{head}{}", "<a>".repeat(300_000)), 1).as_deref(), Some("one"));
        assert_eq!(named(&format!("{head}{}", "<channel></channel>".repeat(5000)), 2).len(), 2);
        assert_eq!(named("", 1), [(None, String::new())]);
    }
}
