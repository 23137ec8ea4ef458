//! What comes from the network: the first byte says whether it is a stream's description, its handshake, its samples, or their stamps.

use labstream_proto::feed::{FeedClient, FeedParams};
use labstream_wire::{ByteOrder, Codec, Format};
use stillpoint::lsl::{Stamp, Stamps, describe};

const FORMATS: [Format; 6] = [Format::Float32, Format::Double64, Format::Int8, Format::Int16, Format::Int32, Format::Int64];

pub fn check(data: &[u8]) {
    let [which, how, bytes @ ..] = data else { return };
    match which % 4 {
        0 => {
            let wanted = usize::from(*how) + 1;
            let channels = describe::channels(&String::from_utf8_lossy(bytes), wanted);
            assert_eq!(channels.len(), wanted);
            let texts = channels.iter().flat_map(|channel| channel.name.iter().chain([&channel.unit]));
            assert!(texts.into_iter().all(|text| super::is_clean(text)));
        }
        1 => {
            let format = FORMATS[usize::from(*how) % FORMATS.len()];
            let (mut client, _) = FeedClient::start(FeedParams::new("u", format), format, 2);
            if let Ok(used) = client.on_headers(bytes) {
                let _ = client.on_test_pattern(&bytes[used..]);
            }
        }
        2 => {
            let codec =
                Codec::new(FORMATS[usize::from(*how) % FORMATS.len()], 2, if *how < 128 { ByteOrder::Little } else { ByteOrder::Big });
            let mut rest = bytes;
            while let Ok((sample, used)) = codec.decode(rest) {
                assert!(used > 0 && sample.values.len() == 2);
                rest = &rest[used..];
            }
        }
        _ => stamps(f64::from(*how), bytes),
    }
}

/// Whatever the stamps and the clock's correction say, places are numbers and go on.
fn stamps(rate: f64, bytes: &[u8]) {
    let mut stamps = Stamps::new(rate, 8);
    let (mut now, mut last) = (1e4, f64::NEG_INFINITY);
    for [kind, stamp @ ..] in bytes.as_chunks::<9>().0 {
        now += f64::from(kind & 15) / 100.0;
        if kind & 16 > 0 {
            stamps.reopened();
        }
        let stamp = Stamp { seconds: f64::from_le_bytes(*stamp), own: kind & 32 == 0 };
        let placed = stamps.place(stamp, f64::from(kind >> 6), now);
        assert!(placed.at.is_finite() && placed.at >= last, "{placed:?} after {last}");
        assert!(placed.missing <= 1 << 26, "{placed:?}");
        last = placed.at;
    }
}
