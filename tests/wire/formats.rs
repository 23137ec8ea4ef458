//! The byte examples of every text format, and what of a line is no channel.

use super::{decode, decode_as, format, lines, story};

#[test]
fn teleplot_lines_become_frames_with_stamps_and_units() {
    story(
        ">left:1627551892437:0.12§µm\n>right:1627551892437:-0.5§µm\nhello\n>left:1627551892447:0.13§µm\n>right:1627551892447:-0.4§µm\n>left:1627551892457:1§µm\n",
        &[
            "channels left[µm] right[µm]",
            "fault text: hello",
            "[0.12, -0.5] at 1627551892.437",
            "[0.13, -0.4] at 1627551892.447",
            "[1.0, NaN] at 1627551892.457",
        ],
    );
}

#[test]
fn teleplot_points_come_several_in_a_line() {
    story(
        ">a:1:10;11:20;21:30\n>b:1:-1;11:-2;21:-3\n>a:31:40;41:50\n>b:31:-4;41:-5\n>a:51:60\n",
        &[
            "channels a[] b[]",
            "[10.0, -1.0] at 0.001",
            "[20.0, -2.0] at 0.011",
            "[30.0, -3.0] at 0.021",
            "[40.0, -4.0] at 0.031",
            "[50.0, -5.0] at 0.041",
            "[60.0, NaN] at 0.051",
        ],
    );
}

#[test]
fn teleplot_lines_that_are_not_for_us_are_faults_that_say_so() {
    let out = decode(&[">a:1\n>a:2|np\n>a:3\n>note:hello|t\n>3D|cube:S:cube\n>p:1:2|xy\n>a:4\n".as_bytes()]);
    let expected = [
        "fault unsupported: a text: >note:hello|t",
        "fault unsupported: a 3D shape: >3D|cube:S:cube",
        "fault unsupported: x over y: >p:1:2|xy",
    ];
    for line in expected.iter().chain(&["[1.0]", "[2.0]", "[3.0]", "[4.0]"]) {
        assert!(out.iter().any(|told| told == line), "{line}: {out:?}");
    }
}

#[test]
fn json_lines_give_numbers_by_their_names() {
    story(
        "{\"left\":0.5,\"imu\":{\"x\":1,\"y\":[2,3]}}\n{\"left\":0.25,\"imu\":{\"x\":2,\"y\":[2,4]}}\n{\"imu\":{\"x\":1}}\n{\"left\":1,\"belt\":5}\n{\"left\":1,\"belt\":7}\n[1,\n",
        &[
            "channels left[] imu.x[] imu.y.0[] imu.y.1[] belt[]",
            "[0.5, 1.0, 2.0, 3.0, NaN]",
            "[0.25, 2.0, 2.0, 4.0, NaN]",
            "[NaN, 1.0, NaN, NaN, NaN]",
            "[1.0, NaN, NaN, NaN, 5.0]",
            "[1.0, NaN, NaN, NaN, 7.0]",
            "fault text: [1,",
        ],
    );
}

#[test]
fn json_stamps_and_counters_are_no_channels() {
    let line = |n: u32| format!("{{\"t\":{},\"seq\":{n},\"left\":0.5}}\n", 1000 + 10 * n);
    let text: String = [0, 1, 2, 3, 4, 5, 6, 9, 10].map(line).concat();
    let out = decode(&[text.as_bytes()]);
    assert_eq!(out[..3], ["channels left[]", "[0.5] at 1.000", "[0.5] at 1.010"]);
    assert_eq!(out[8..], ["[0.5] at 1.090 after 2 lost", "[0.5] at 1.100"]);
}

#[test]
fn pulse_sensor_beats_stand_beside_the_samples() {
    story(
        "S512\nS520\nB72\nQ834\nS530\nS1\n",
        &[
            "channels pulse[] device_bpm[/min] device_ibi_ms[ms]",
            "[512.0, NaN, NaN]",
            "[520.0, 72.0, 834.0]",
            "[530.0, NaN, NaN]",
            "[1.0, NaN, NaN]",
        ],
    );
    let two = decode(&[b"a512\nb498\na513\nb497\nA72\nM834\na514\nb496\na515\nb495\n"]);
    assert_eq!(two[0], "channels pulse_a[] device_bpm_a[/min] device_ibi_ms_a[ms] pulse_b[] device_bpm_b[/min] device_ibi_ms_b[ms]");
    assert_eq!(two[1..3], ["[512.0, NaN, NaN, 498.0, NaN, NaN]", "[513.0, 72.0, 834.0, 497.0, NaN, NaN]"]);
}

#[test]
fn pulse_sensor_lines_for_the_plotter_are_known_by_what_they_say() {
    story(
        "72,834,512\n72,834,519\n73,820,530\n",
        &["channels device_bpm[/min] device_ibi_ms[ms] pulse[]", "[72.0, 834.0, 512.0]", "[72.0, 834.0, 519.0]", "[73.0, 820.0, 530.0]"],
    );
}

#[test]
fn words_with_numbers_in_constant_places_are_channels() {
    let reading: String = ["84213", "84190", "84205", "84260", "84233", "84201"].map(|value| format!("reading {value}\n")).concat();
    let out = decode(&[reading.as_bytes()]);
    assert_eq!(out[..3], ["channels reading[]", "[84213.0]", "[84190.0]"]);
    let hx711 = lines(7, |n| format!("one reading:\t{}.5\t| average:\t12.1\n", n * 5 % 7));
    let out = decode(&[hx711.as_bytes()]);
    assert_eq!(out[..2], ["channels reading[] average[]", "[0.5, 12.1]"]);
    let imu = lines(7, |n| format!("a/g:\t{}\t456\t-7\n", -120 - n * 5 % 7));
    assert_eq!(decode(&[imu.as_bytes()])[..2], ["channels a/g[] a/g[] a/g[]", "[-120.0, 456.0, -7.0]"]);
    story(
        "X: 0.1 Y: 0.2 Z: 9.8\nX: 0.2 Y: 0.2 Z: 9.7\nX: 0.1 Y: 0.3 Z: 9.8\n",
        &["channels X[] Y[] Z[]", "[0.1, 0.2, 9.8]", "[0.2, 0.2, 9.7]", "[0.1, 0.3, 9.8]"],
    );
}

#[test]
fn a_comma_before_the_decimals() {
    for text in ["0,12;-0,5\n1,5;2\n3;4,25\n", "0,12\t-0,5\n1,5\t2\n3\t4,25\n", "0,12 -0,5\n1,5 2,0\n3,0 4,25\n"] {
        story(text, &["channels ?[] ?[]", "[0.12, -0.5]", "[1.5, 2.0]", "[3.0, 4.25]"]);
    }
}

#[test]
fn a_leading_clock_and_a_counter_are_no_channels_and_tell_what_is_lost() {
    let line = |n: u32| format!("{},{}.5,{n}\n", 5000 + 10 * n, n * 7 % 5);
    let text: String = (0..14).chain([17, 18]).map(line).collect();
    let out = decode(&[text.as_bytes()]);
    assert_eq!(out[..3], ["channels ?[]", "[0.5] at 5.000", "[2.5] at 5.010"]);
    assert_eq!(out[15..], ["[4.5] at 5.170 after 3 lost", "[1.5] at 5.180"]);
}

#[test]
fn a_line_that_noise_has_cut_is_counted_where_the_device_counts() {
    let text: String = (0..20).map(|n| if n == 15 { "0.".to_owned() + "\n" } else { format!("{}.5,{n}\n", n * 7 % 5) }).collect();
    let out = decode(&[text.as_bytes()]);
    assert_eq!(out[16..18], ["fault 1 fields, expected 2", "[2.5] after 1 lost"]);
}

#[test]
fn a_header_names_the_clock() {
    let line = |n: u32| format!("{},{}\n", 20 * n, n * 7 % 5);
    let text = "time [ms],belt [N]\n".to_owned() + &(0..8).chain([2]).chain(3..6).map(line).collect::<String>();
    let out = decode(&[text.as_bytes()]);
    assert_eq!(out[..3], ["channels belt[N]", "[0.0] at 0.000", "[2.0] at 0.020"]);
    assert_eq!(out[9], "[4.0] at 0.040 after a reset");
}

#[test]
fn a_stated_format_is_the_only_one_looked_for() {
    let out =
        decode_as(format("words"), &[b"left:1,right:2\nleft:3,right:4\nleft:5,right:6\nleft:5,right:7\nleft:5,right:9\nleft:1,right:6\n"]);
    assert_eq!(out[0], "channels left[] right[]");
    let out = decode_as(format("json"), &[b"1,2\n3,4\n5,6\n"]);
    assert_eq!(out, ["fault text: 1,2", "fault text: 3,4", "fault text: 5,6"]);
}
