//! The byte examples of the binary formats.

use super::streams::{bitalino, cyton};
use super::{decode, decode_as, format};

const PACKET: [u8; 33] = [
    0xa0, 0x07, 0x00, 0x03, 0xe8, 0xff, 0xfc, 0x18, 0x7f, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0xff, 0xff,
    0xff, 0x00, 0xaf, 0xc8, 0x01, 0x90, 0xfe, 0x70, 0x0f, 0xa0, 0xc0,
];

#[test]
fn a_cyton_packet_is_eight_channels_and_the_accelerometer() {
    let out = decode_as(format("cyton"), &[&PACKET]);
    assert_eq!(out[0], "channels ch1[µV] ch2[µV] ch3[µV] ch4[µV] ch5[µV] ch6[µV] ch7[µV] ch8[µV] accel_x[g] accel_y[g] accel_z[g]");
    let expected = [22.3517_f32, -22.3517, 187_500.0, -187_500.02, 0.0, 0.0223, -0.0223, 1005.8285, 0.05, -0.05, 0.5];
    let values: Vec<f32> = out[1].trim_matches(['[', ']']).split(", ").map(|value| value.parse().unwrap()).collect();
    for (value, expected) in values.iter().zip(expected) {
        assert!((value - expected).abs() <= 1e-4 + expected.abs() * 1e-6, "{value} {expected}");
    }
}

#[test]
fn with_a_daisy_packets_in_turn_are_one_frame() {
    let packets: Vec<u8> = [3, 4, 5, 7, 8, 0, 1, 2].iter().flat_map(|&n| cyton(n, &[f64::from(n); 8])).collect();
    let out = decode_as(format("cyton:daisy"), &[&packets]);
    assert!(out[0].contains("ch16[µV]"), "{}", out[0]);
    let halves: Vec<(bool, bool)> =
        out[1..].iter().map(|frame| (!frame.starts_with("[NaN"), !frame.contains("NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN"))).collect();
    // 3 and 4 are one; 5 has lost 6; 7 and 8 are one; 0 has lost 255, and with it the channels 1 to 8.
    assert_eq!(halves, [(true, true), (true, false), (true, true), (false, true), (true, true)]);
    assert!(out[4].ends_with("after 123 lost"), "{}", out[4]);
}

#[test]
fn lost_cyton_packets_are_the_jump_of_the_counter() {
    let packets: Vec<u8> = [254, 255, 3, 4].iter().flat_map(|&n| cyton(n, &[0.0; 8])).collect();
    let out = decode_as(format("cyton"), &[&packets]);
    assert!(out[3].ends_with("after 3 lost") && out[4].ends_with(']'), "{out:?}");
}

#[test]
fn bitalino_frames_of_two_and_six_channels() {
    assert_eq!(decode_as(format("bitalino:2"), &[&[0xbc, 0x02, 0xa8, 0x5e]]), ["channels a1[] a2[] digital[]", "[512.0, 700.0, 10.0]"]);
    assert_eq!(
        decode_as(format("bitalino:6"), &[&[0xd1, 0x1f, 0xc0, 0xff, 0xbc, 0x02, 0x08, 0xf1]])[1],
        "[512.0, 700.0, 1023.0, 1.0, 63.0, 17.0, 0.0]"
    );
    for channels in 1..=6 {
        let values: Vec<u16> = (0..channels as u16).map(|n| 40 + n).collect();
        let frames: Vec<u8> = (0..20).flat_map(|n| bitalino(n, &values)).collect();
        let out = decode(&[&frames]);
        assert_eq!(out.len(), 21, "{channels}: {out:?}");
        assert!(out[5].starts_with("[40.0"), "{channels}: {out:?}");
    }
}

#[test]
fn a_serialplot_frame_holds_frames_of_the_stream() {
    let bytes = [0xaa, 0xbb, 0x08, 0x64, 0x00, 0x9c, 0xff, 0x65, 0x00, 0x9b, 0xff, 0xfe];
    let expected = ["channels ?[] ?[]", "[100.0, -100.0]", "[101.0, -101.0]"];
    assert_eq!(decode_as(format("serialplot:aabb,i16le,2,sum"), &[&bytes]), expected);
    assert_eq!(decode_as(format("serialplot:aabb,i16le,2"), &[&bytes[..11]]), expected);
    let fixed = [0xaa, 0xbb, 0x64, 0x00, 0x9c, 0xff, 0x65, 0x00, 0x9b, 0xff];
    assert_eq!(decode_as(format("serialplot:aabb,i16le,2,frames=2"), &[&fixed]), expected);
    let mut wrong = bytes;
    wrong[4] = 1;
    assert_eq!(decode_as(format("serialplot:aabb,i16le,2,sum"), &[&wrong, &bytes])[0..2], ["fault bytes between frames", expected[0]]);
}

#[test]
fn numbers_of_every_kind_without_any_frame() {
    for (kind, bytes, value) in [
        ("u8", vec![200], "[200.0]"),
        ("i8", vec![200], "[-56.0]"),
        ("u16be", vec![0xff, 0x00], "[65280.0]"),
        ("i16le", vec![0x00, 0xff], "[-256.0]"),
        ("u32le", vec![0, 0, 1, 0], "[65536.0]"),
        ("i32be", vec![0xff, 0xff, 0xff, 0xfe], "[-2.0]"),
        ("f32le", 1.5_f32.to_le_bytes().to_vec(), "[1.5]"),
        ("f32be", f32::INFINITY.to_be_bytes().to_vec(), "[NaN]"),
    ] {
        assert_eq!(decode_as(format(&format!("binary:{kind},1")), &[&bytes]), ["channels ?[]", value], "{kind}");
    }
}
