//! The real recordings on the screen. Not part of the project: `STILLPOINT_DATA=../shared/data cargo test --test real_data`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::Program;

fn data(name: &str) -> String {
    let folder = std::env::var("STILLPOINT_DATA").unwrap_or_else(|_| "../shared/data".into());
    let path = std::path::Path::new(&folder).join(name);
    assert!(path.is_file(), "{}: not there; set STILLPOINT_DATA to the folder of the real recordings", path.display());
    path.to_str().unwrap().to_owned()
}

#[test]
fn belts_and_pulse_sensors_play_with_figures() {
    let cases = [
        ("siemens_pmu_ppg_resp_50hz_55min.wav", "finger:pulse,cushion:breath", "20:00"),
        ("nk_eventrelated_ecg_rsp_100hz.wav", "ecg:pulse:mV,belt:breath:V", "1:00"),
        ("cmrr_physio_sample1_ppg200_resp50.bdf", "finger:pulse,belt:breath", "1:00"),
        ("icu_v102s_ecg_ppg_resp_250hz.edf", "ecg:pulse", "1:00"),
        ("bidmc_01_Signals.csv", "chest:breath", "1:00"),
        ("ds210_sub-01_rest_physio.tsv", "-,belt:breath", "1:00"),
    ];
    for (name, channels, at) in cases {
        let mut program = Program::start(&["replay", &data(name), "--channels", channels, "--at", at, "--speed", "16"]);
        program.wait_for("a figure", |screen| screen.contains("/min") && screen.contains("clear") && screen.contains("16x"));
        program.keys("q");
        assert_eq!(program.wait_exit().0, 0);
        program.assert_terminal_is_back();
    }
}
