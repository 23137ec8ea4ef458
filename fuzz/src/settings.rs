//! The settings file, label sets and keys with it: each mistake is one clean line, and what is in force reads back as what it is.

use stillpoint::settings::file::{File, quoted};

pub fn check(data: &[u8]) {
    let (file, problems) = File::parse(&String::from_utf8_lossy(data));
    assert!(problems.iter().all(|line| super::is_clean(line)), "{problems:?}");
    assert!(file.label_sets().iter().flat_map(|set| &set.labels).all(|label| super::is_clean(label)));
    assert!(file.fps() > 0.0 && file.fps().is_finite());
    let estimator = file.estimator();
    assert!(estimator.step.0 > 0.0 && estimator.threshold > 0.0);
    let _ = file.keymap();
    // The sets of labels have names of their own, which are no plain words.
    let line = |(name, value, _): (String, String, Option<usize>)| match name.split_once('.') {
        Some(("label-sets", set)) => format!("label-sets.{} = {value}\n", quoted(set)),
        _ => format!("{name} = {value}\n"),
    };
    let listed = |file: &File| file.list().into_iter().map(line).collect::<String>();
    let (again, problems) = File::parse(&listed(&file));
    assert_eq!((listed(&again), problems), (listed(&file), Vec::new()));
}
