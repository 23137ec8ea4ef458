//! What the recogniser takes streams for.

use stillpoint::wire::{Certainty, Event, Seen, Wire};

use super::streams::{DEVICES, Device, Noise};
use super::{format, lines};

/// What two seconds of a device are taken for, with noise, opened in the middle of a frame: format and channels.
fn taken_for(device: &Device, noise: Option<u64>) -> (String, String) {
    let frames = device.seconds(2);
    let cut = noise.unwrap_or(3) as usize;
    let bytes = match noise {
        Some(seed) => Noise(seed).over(&frames, (25, 500)),
        None => frames.concat(),
    };
    let mut wire = Wire::with(format(device.stated));
    wire.restart(&mut |_| {});
    let mut channels = String::new();
    let mut sink = |event: Event<'_>| {
        if let Event::Channels(told) = event {
            let mut names: Vec<&str> = told.iter().map(|channel| channel.name.as_deref().unwrap_or("?")).collect();
            // Where each comes on its own line, the first whole line is the first channel.
            names.sort_unstable();
            channels = names.join(" ");
        }
    };
    bytes[cut % frames[0].len()..].chunks(32).for_each(|bytes| wire.push(bytes, &mut sink));
    (wire.format().unwrap_or("nothing").to_owned(), channels)
}

#[test]
fn every_format_is_right_within_two_seconds() {
    for device in &DEVICES {
        assert_eq!(taken_for(device, None), (device.format.to_owned(), device.channels.to_owned()));
    }
}

#[test]
fn every_format_is_right_within_two_seconds_of_noise_too() {
    for device in &DEVICES {
        let wrong: Vec<_> = (1..=40).map(|seed| taken_for(device, Some(seed))).filter(|found| found.0 != device.format).collect();
        assert_eq!(wrong, [], "{}", device.format);
    }
}

/// All that is said of some bytes.
fn said(bytes: &[u8]) -> Vec<String> {
    let mut wire = Wire::default();
    let mut out = Vec::new();
    wire.push(bytes, &mut |event| {
        if let Event::Seen(seen) = event {
            out.push(seen.to_string());
        }
    });
    out
}

#[test]
fn it_says_what_it_took_the_stream_for_and_how_sure_it_is() {
    let lines = lines(40, |n| format!("{},{}.5,{n}\n", 5000 + 10 * n, n * 7 % 5));
    let said = said(lines.as_bytes());
    let expected = "delimited (comma), 1 channel, stamps in ms (its size and its step), a counter; 100 % decoded, sure";
    assert_eq!(said, [expected]);
}

#[test]
fn a_few_lines_are_likely_and_the_next_best_is_told() {
    let few = said(b"left:1\nleft:0.5\nleft:2\n");
    assert_eq!(few, ["labelled, 1 channel; 100 % decoded, likely; else words (100 %)"]);
    let many = lines(40, |n| format!("left:{}\n", n * 7 % 5));
    assert_eq!(said(many.as_bytes()).last().unwrap(), "labelled, 1 channel; 100 % decoded, sure");
}

#[test]
fn what_is_nothing_is_said_to_be_nothing() {
    let text = "The sensor is not connected, please look at the wires.\n".repeat(20);
    assert_eq!(said(text.as_bytes()), ["text, no numbers"]);
    let mut noise = Noise(5);
    let rubbish: Vec<u8> = (0..4000).map(|_| [0x00, 0xff, 0xfe, 0x80, 0xf8, 0x78][noise.below(6) as usize]).collect();
    assert_eq!(said(&rubbish), ["no text and no frames: wrong baud rate? (--baud)"]);
    let unlike = lines(60, |n| format!("{} of {} things and {}\n", n, "many ".repeat((n % 7) as usize), "1 ".repeat((n % 5) as usize)));
    assert!(said(unlike.as_bytes()).iter().any(|said| said.contains("no three alike")), "{:?}", said(unlike.as_bytes()));
    let plot = DEVICES.iter().find(|device| device.format == "SerialPlot frames").unwrap();
    assert!(said(&plot.seconds(2).concat()).last().unwrap().starts_with("SerialPlot frames; say what is in them"));
}

#[test]
fn if_less_than_half_decodes_it_says_so_looks_again_and_new_channels_come_last() {
    let mut text = lines(30, |n| format!("left:{},right:2\n", n * 7 % 5));
    text.extend((0..30).map(|n| format!("{{\"right\":{},\"belt\":7}}\n", n * 7 % 5)));
    let mut wire = Wire::default();
    let mut out = Vec::new();
    wire.push(text.as_bytes(), &mut |event| match event {
        Event::Seen(Seen::Recognised(recognition)) if recognition.certainty == Certainty::Sure => out.push(recognition.format.clone()),
        Event::Seen(Seen::Lost) => out.push("lost".to_owned()),
        Event::Channels(channels) => out.push(channels.iter().filter_map(|channel| channel.name.as_deref()).collect::<Vec<_>>().join(" ")),
        _ => {}
    });
    assert_eq!(out, ["left right", "labelled", "lost", "left right belt"]);
}

#[test]
fn the_latest_lines_can_be_looked_at_whatever_they_are() {
    let mut wire = Wire::default();
    wire.push(b"\x1b[31mhello\r\nreading 5\r\n", &mut |_| {});
    assert_eq!(wire.raw(), ["[31mhello", "reading 5"]);
}

#[test]
fn the_share_that_is_decoded_is_told_of_the_latest_lines() {
    let mut wire = Wire::default();
    let share = |wire: &Wire| wire.latest().map(|known| (100.0 * known.share).round());
    wire.push(lines(60, |n| format!("{}.5,{}.25\n", n * 7 % 11, n * 3 % 7)).as_bytes(), &mut |_| {});
    assert_eq!(share(&wire), Some(100.0));
    // One of four is no line of the format.
    wire.push(lines(200, |n| if n % 4 == 0 { "oh\n".into() } else { format!("{}.5,{}.25\n", n % 11, n % 7) }).as_bytes(), &mut |_| {});
    assert_eq!(share(&wire), Some(75.0));
}

#[test]
fn what_a_device_says_after_each_line_of_numbers_costs_no_sample() {
    for (said, every) in [("status ok", 1), ("status 5 ok", 1), ("waiting\nstill waiting", 1), ("ok", 2)] {
        let sent = lines(1000, |n| {
            let note = if n % every == 0 { format!("{said}\n") } else { String::new() };
            format!("{}.5,{}.25\n{note}", n * 7 % 11, n * 3 % 7)
        });
        let (mut wire, mut frames) = (Wire::default(), 0);
        let mut take = |event: Event<'_>| frames += u32::from(matches!(event, Event::Frame(_)));
        wire.push(sent.as_bytes(), &mut take);
        wire.finish(&mut take);
        assert_eq!(frames, 1000, "{said:?} every {every}");
    }
}

#[test]
fn a_column_that_goes_round_by_a_number_of_its_own_is_a_channel_and_makes_no_gap() {
    for round in [5, 7, 12, 24, 60] {
        let sent = lines(2000, |n| format!("{}.5,{}\n", n * 7 % 11, n % round));
        let (mut wire, mut last, mut frames) = (Wire::default(), 0, 0);
        let mut take = |event: Event<'_>| {
            if let Event::Frame(frame) = event {
                (last, frames) = (frame.values.len(), frames + 1);
            }
        };
        wire.push(sent.as_bytes(), &mut take);
        assert_eq!((last, frames), (2, 2000), "0 to {}", round - 1);
    }
}

#[test]
fn a_counter_of_one_digit_on_a_line_that_loses_one_of_seven_stays_a_counter() {
    let sent: Vec<u32> = (0..4000).filter(|n| n % 7 != 5).collect();
    let text = sent.iter().map(|n| format!("n:{},belt:{}.5\n", n % 10, n * 7 % 11)).collect::<Vec<_>>().concat();
    let (mut wire, mut lost, mut wide) = (Wire::default(), 0, 0);
    let mut take = |event: Event<'_>| {
        if let Event::Frame(frame) = event {
            wide = frame.values.len();
            if let stillpoint::wire::Before::Lost(frames) = frame.before {
                lost += frames;
            }
        }
    };
    wire.push(text.as_bytes(), &mut take);
    let missing = u64::from(*sent.last().unwrap()) + 1 - sent.len() as u64;
    assert_eq!((wide, lost), (1, missing));
}
