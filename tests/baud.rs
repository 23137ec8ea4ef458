//! A sensor whose baud rate nobody has said.

use crate::common::Sensor;
use stillpoint::source::{Delivery, Opening, SerialSource, Source};
use stillpoint::wire::Format;

#[test]
fn rubbish_at_one_rate_is_heard_at_the_next_and_the_screen_can_say_which_is_tried() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let sensor = Sensor::plug(&folder.path().join("tty"));
    let port = sensor.port().to_owned();
    let right = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    // What a device of another rate looks like, until the right one is set.
    let told = right.clone();
    let rubbish = String::from_utf8(vec![0x01, 0x7f, 0x1f, 0x0e, 0x02, 0x1c]).unwrap();
    let _streaming = sensor.stream(100.0, move |n| {
        if told.load(std::sync::atomic::Ordering::Relaxed) { format!("{n}.5,{}.25\n", n % 7) } else { rubbish.clone() }
    });
    runtime.block_on(async {
        let mut source = SerialSource::open(&port, Opening { baud: None, reset: true }, Format::Auto).unwrap();
        let mut said = Vec::new();
        loop {
            match source.next().await {
                Delivery::Unsure(what) if what.contains("trying 19200") => {
                    right.store(true, std::sync::atomic::Ordering::Relaxed);
                    said.push(what);
                }
                Delivery::Unsure(what) => said.push(what),
                Delivery::Frames { samples, .. } => {
                    assert!(samples.len().is_multiple_of(2), "{samples:?}");
                    break;
                }
                _ => {}
            }
        }
        let tried: Vec<_> = said.iter().filter(|what| what.starts_with("nothing readable at")).map(String::as_str).collect();
        assert_eq!(
            tried,
            [
                "nothing readable at 115200 baud, trying 57600",
                "nothing readable at 57600 baud, trying 38400",
                "nothing readable at 38400 baud, trying 19200",
            ]
        );
    });
}
