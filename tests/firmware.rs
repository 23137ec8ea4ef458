//! What the sketches of `firmware/` print is recognised: `lines.txt` beside each is its own output, which `firmware/build` holds to it.

use stillpoint::signal::{Channel, Role};
use stillpoint::wire::{Before, Event, Format, Seen, Wire};

/// What a decoder makes of some lines.
#[derive(Default)]
struct Decoded {
    format: String,
    /// Unit of the device's clock; whether it has a counter.
    numbers: (Option<&'static str>, bool),
    channels: Vec<(String, String)>,
    befores: Vec<Before>,
    stamps: Vec<f64>,
    faults: usize,
}

fn decode(text: &str) -> Decoded {
    let mut decoded = Decoded::default();
    let mut take = |event: Event<'_>| match event {
        Event::Seen(Seen::Recognised(seen)) => {
            decoded.format.clone_from(&seen.format);
            decoded.numbers = (seen.stamp.as_ref().map(|stamp| stamp.unit), seen.counter);
        }
        Event::Seen(_) => {}
        Event::Channels(channels) => {
            decoded.channels = channels.iter().map(|channel| (channel.name.clone().unwrap_or_default(), channel.unit.clone())).collect();
        }
        Event::Frame(frame) => {
            decoded.befores.push(frame.before);
            decoded.stamps.extend(frame.stamp.map(|stamp| stamp.0));
        }
        Event::Fault(_) => decoded.faults += 1,
    };
    let mut wire = Wire::with(Format::Auto);
    wire.push(text.as_bytes(), &mut take);
    wire.finish(&mut take);
    decoded
}

/// Sketch, lines a second, what its channels are called, and their role.
type Sketch = (&'static str, f64, &'static [(&'static str, &'static str)], Role);

const SKETCHES: [Sketch; 4] = [
    ("hx711", 80.0, &[("left", "counts")], Role::Cranial),
    (
        "mpu6050",
        50.0,
        &[("head_x", "ug"), ("head_y", "ug"), ("head_z", "ug"), ("head_gx", "mdps"), ("head_gy", "mdps"), ("head_gz", "mdps")],
        Role::Cranial,
    ),
    ("pulsesensor", 100.0, &[("pulse", "")], Role::Pulse),
    ("belt", 50.0, &[("belt", "")], Role::Breath),
];

fn lines(sketch: &str) -> String {
    std::fs::read_to_string(format!("firmware/{sketch}/lines.txt")).unwrap()
}

#[test]
fn the_lines_of_each_sketch_are_channels_with_their_roles_a_clock_and_a_counter() {
    for (sketch, rate, channels, role) in SKETCHES {
        let text = lines(sketch);
        let decoded = decode(&text);
        assert_eq!((decoded.format.as_str(), decoded.numbers, decoded.faults), ("labelled", (Some("µs"), true), 0), "{sketch}");
        let told: Vec<(&str, &str)> = decoded.channels.iter().map(|(name, unit)| (name.as_str(), unit.as_str())).collect();
        assert_eq!(told, channels, "{sketch}");
        assert!(channels.iter().all(|(name, unit)| Channel::named(name, unit).role == role), "{sketch}");
        assert_eq!(decoded.befores.len(), text.lines().count(), "{sketch}: a line is a frame");
        let even = decoded.stamps.windows(2).all(|pair| ((pair[1] - pair[0]) * rate - 1.0).abs() < 0.001);
        assert!(even && decoded.stamps.len() == decoded.befores.len(), "{sketch}: {:?}", decoded.stamps);
    }
}

#[test]
fn a_line_that_was_lost_on_the_way_is_a_gap_of_one_and_a_cut_one_is_never_a_sample_of_its_own() {
    for (sketch, ..) in SKETCHES {
        let text = lines(sketch);
        let without: String = text.split_inclusive('\n').enumerate().filter(|(at, _)| *at != 30).map(|(_, line)| line).collect();
        let decoded = decode(&without);
        let lost: Vec<&Before> = decoded.befores.iter().filter(|before| matches!(before, Before::Lost(_))).collect();
        assert_eq!(lost, [&Before::Lost(1)], "{sketch}");

        let cut: String =
            text.split_inclusive('\n').enumerate().map(|(at, line)| if at == 30 { &line[..line.len() - 8] } else { line }).collect();
        let decoded = decode(&cut);
        assert_eq!(decoded.befores.len(), text.lines().count() - 2, "{sketch}: two lines that ran together are none");
        assert_eq!(decoded.faults, 1, "{sketch}");
        assert!(decoded.befores.contains(&Before::Lost(2)), "{sketch}");
    }
}
