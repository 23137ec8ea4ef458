//! Stories of lines: what sensors send, and what goes wrong on the way.

use stillpoint::wire::Wire;

use super::{decode, lines, story, told};

#[test]
fn numbers_between_commas_tabs_semicolons_and_blanks() {
    for text in
        ["1,2.5\n3,-4\n5,6\n", "1\t2.5\r\n3\t-4\r\n5\t6\r\n", "1;2,5\r3;-4\r5;6\r", "1  2.5\n 3 -4 \n5 6\n", "1,2.5,\n3,-4,\n5,6,\n"]
    {
        story(text, &["channels ?[] ?[]", "[1.0, 2.5]", "[3.0, -4.0]", "[5.0, 6.0]"]);
    }
    story("512\n513\n514", &["channels ?[]", "[512.0]", "[513.0]", "[514.0]"]);
}

#[test]
fn a_header_names_the_channels_and_their_units() {
    let expected = ["channels left[µm] right[uV]", "[1.0, 2.0]", "[3.0, 4.0]", "[5.0, 6.0]"];
    story("left [µm],right (uV)\n1,2\n3,4\n5,6\n", &expected);
}

#[test]
fn what_is_no_number_is_missing_and_never_zero() {
    story("1,nan\n,2\n3,-\n4,inf\n5,ovf\n", &["channels ?[] ?[]", "[1.0, NaN]", "[NaN, 2.0]", "[3.0, NaN]", "[4.0, NaN]", "[5.0, NaN]"]);
}

#[test]
fn labels_make_channels_appear_by_themselves() {
    story(
        "left:0.12,right:-0.30\r\nleft:1 right:2\r\nleft:3\tright:4\r\nleft:5,belt: 5\r\nleft:5,belt: 6\r\n7,8,9\r\n",
        &[
            "channels left[] right[]",
            "[0.12, -0.3]",
            "[1.0, 2.0]",
            "[3.0, 4.0]",
            "fault a new name, believed when it comes again: left:5,belt: 5",
            "[5.0, NaN]",
            "channels left[] right[] belt[]",
            "[5.0, NaN, 6.0]",
            "[7.0, 8.0, 9.0]",
        ],
    );
}

#[test]
fn what_a_board_says_when_it_starts_is_told_and_costs_no_sample() {
    story(
        "rst:0x1 (POWERON)\nStarting…\n1,2\n3,4\n5,6\n",
        &["channels ?[] ?[]", "fault text: rst:0x1 (POWERON)", "fault text: Starting…", "[1.0, 2.0]", "[3.0, 4.0]", "[5.0, 6.0]"],
    );
}

#[test]
fn a_line_cut_in_its_middle_is_a_fault_at_its_place() {
    story(
        "1,2,3\n4,5,6\n7,8,9\n1,2\n1.0.0,2,3\n4,5,6\n",
        &[
            "channels ?[] ?[] ?[]",
            "[1.0, 2.0, 3.0]",
            "[4.0, 5.0, 6.0]",
            "[7.0, 8.0, 9.0]",
            "fault 2 fields, expected 3",
            "fault text: 1.0.0,2,3",
            "[4.0, 5.0, 6.0]",
        ],
    );
}

#[test]
fn after_opening_in_the_middle_of_a_line_a_cut_number_is_not_believed() {
    let mut wire = Wire::default();
    wire.restart(&mut |_| {});
    let mut out = Vec::new();
    wire.push(b"0.25\n100.25\n101.25\n102.25\n", &mut |event| out.extend(told(&event)));
    assert_eq!(out, ["channels ?[]", "fault the first line after opening, which may be cut", "[100.25]", "[101.25]", "[102.25]"]);
}

#[test]
fn after_plugging_in_again_a_label_that_was_cut_off_is_not_believed() {
    let mut wire = Wire::default();
    let mut out = Vec::new();
    wire.push(b"left:1,right:2\nleft:3,right:4\nleft:5,right:6\n", &mut |event| out.extend(told(&event)));
    wire.restart(&mut |_| {});
    wire.push(b"12,right:-0.30\nleft:7,right:8\n9,right:1\n7\nleft:1,right:0\n", &mut |event| out.extend(told(&event)));
    let expected = [
        "fault the first line after opening, which may be cut",
        "[7.0, 8.0]",
        "fault 2 fields, 1 of them without a label, expected 2",
        "fault 1 fields, 1 of them without a label, expected 2",
        "[1.0, 0.0]",
    ];
    assert_eq!(out[4..], expected);
}

#[test]
fn labels_keep_their_places_when_the_device_is_recognised_anew() {
    let mut text = String::from("left:1,right:2\nleft:3,right:4\nleft:5,right:6\n");
    text.extend((0..25).map(|_| "Calibrating the sensor\n"));
    text.push_str("right:-1\nright:-2\nright:-3\n");
    let out = decode(&[text.as_bytes()]);
    assert_eq!(out[out.len() - 3..], ["[NaN, -1.0]", "[NaN, -2.0]", "[NaN, -3.0]"]);
}

#[test]
fn bytes_that_are_no_text_never_reach_the_screen() {
    let out = decode(&[b"1\n2\n3\n\x1b]0;pwned\x07\n\xff\xfe\x00\n4\n"]);
    assert_eq!(out[4..], ["fault bytes that are no text", "fault bytes that are no text", "[4.0]"]);
}

#[test]
fn a_device_that_changes_its_mind_is_recognised_anew_and_keeps_its_channels() {
    let mut text = String::from("1,2\n3,4\n5,6\n");
    text.extend((0..30).map(|n| format!("{},{},{}\n", n * 3 % 7, n * 7 % 5, n * 3 % 4)));
    let out = decode(&[text.as_bytes()]);
    assert!(out.contains(&"channels ?[] ?[] ?[]".to_owned()), "{out:?}");
    assert_eq!(out.last().unwrap(), "[3.0, 3.0, 3.0]");
}

#[test]
fn an_endless_line_needs_no_memory() {
    let mut wire = Wire::default();
    let mut out = Vec::new();
    (0..1000).for_each(|_| wire.push(&[b'x'; 4096], &mut |event| out.extend(told(&event))));
    wire.push(b"\n1\n2\n3\n", &mut |event| out.extend(told(&event)));
    // Told as it comes: a wrong baud rate has no line ends.
    assert!(out.iter().filter(|line| *line == "fault a line longer than 4 KiB").count() >= 900);
    assert_eq!(out[out.len() - 3..], ["[1.0]", "[2.0]", "[3.0]"]);
}

#[test]
fn what_a_board_says_before_its_numbers_is_no_line_of_names() {
    for chatter in ["Starting sensor", "HX711 ready", "Calibrating…", "Sensor ok", "Please wait"] {
        let numbers = if chatter.contains(' ') { "0.5 2\n0.25 4\n0.75 3\n" } else { "1.5\n0.5\n2.5\n" };
        let out = decode(&[format!("{chatter}\n{numbers}").as_bytes()]);
        assert!(out[0].starts_with("channels ?[]"), "{chatter}: {out:?}");
        assert_eq!(out[1], format!("fault text: {chatter}"));
    }
}

#[test]
fn a_line_of_names_stands_right_before_the_numbers() {
    story(
        "left,right\nok\n1,2\n3,1\n5,6\n",
        &["channels ?[] ?[]", "fault text: left,right", "fault text: ok", "[1.0, 2.0]", "[3.0, 1.0]", "[5.0, 6.0]"],
    );
    story("left,right\n1\t2\n3\t1\n5\t6\n", &["channels left[] right[]", "[1.0, 2.0]", "[3.0, 1.0]", "[5.0, 6.0]"]);
    story("left right\n1 2\n3 1\n5 6\n", &["channels left[] right[]", "[1.0, 2.0]", "[3.0, 1.0]", "[5.0, 6.0]"]);
}

#[test]
fn labels_sent_once_name_the_numbers_behind_them() {
    for text in ["left: right:\n1 2\n3 1\n5 6\n", "left:\tright:\n1\t2\n3\t1\n5\t6\n", "left:,right:\n1,2\n3,1\n5,6\n"] {
        story(text, &["channels left[] right[]", "[1.0, 2.0]", "[3.0, 1.0]", "[5.0, 6.0]"]);
    }
}

#[test]
fn a_device_that_begins_anew_says_its_names_again_and_that_is_no_fault() {
    story(
        "left,right\n1,2\n3,1\n5,6\nleft,right\n7,8\n",
        &["channels left[] right[]", "[1.0, 2.0]", "[3.0, 1.0]", "[5.0, 6.0]", "[7.0, 8.0]"],
    );
}

#[test]
fn a_smooth_signal_that_was_taken_for_a_counter_becomes_a_channel_when_it_falls() {
    let mut text = lines(100, |n| format!("{},{}.5\n", 500 + if n < 60 { n } else { 120 - n }, n * 3 % 7));
    text.push_str("1,1\n");
    let out = decode(&[text.as_bytes()]);
    assert_eq!(out[..2], ["channels ?[]", "[0.5]"]);
    assert!(out.iter().any(|line| line.contains("is none; it is a channel from here on")), "{out:?}");
    assert_eq!(out.last().unwrap(), "[1.0, 1.0]");
}

#[test]
fn a_name_that_noise_has_made_is_no_channel() {
    let known = "left:1,right:2\n".repeat(3);
    let noisy = decode(&[format!("{known}kleft:3,right:4\nA:\nleft:5,right:6\n").as_bytes()]);
    let expected = ["fault a new name, believed when it comes again: kleft:3,right:4", "[NaN, 4.0]", "fault text: A:", "[5.0, 6.0]"];
    assert_eq!(noisy[4..], expected);
    let first = decode(&[format!("left:1,right:2\nkleft:0,right:2\n{known}").as_bytes()]);
    assert_eq!(first[..2], ["channels left[] right[]", "[1.0, 2.0]"]);
}
