//! One stream of others: its description, its samples as they come, and how its clock stands to ours.

use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use labstream_net::{ClockState, clock as probes};
use labstream_proto::feed::{FeedClient, FeedParams, TestPatternError};
use labstream_proto::header::Error as HeaderError;
use labstream_wire::{Codec, DEDUCED_TIMESTAMP, Error as CodecError, TimestampDeducer, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Found, Stamp, describe};
use crate::signal::{MISSING, Rate};
use crate::wire::WireChannel;

/// Read at once. A sample of the most channels and the longest answer are shorter.
const READ: usize = 1 << 16;
/// The outlet keeps so much for us where we are slow, in seconds; liblsl's own default.
const KEPT: f64 = 360.0;
/// The same in samples, for a stream without a rate.
const KEPT_SAMPLES: i32 = 36_000;
/// So long the clock of the other end may take to answer (eight questions, 64 ms apart, and a wait).
const CLOCK: Duration = Duration::from_millis(2500);
/// It is asked for this often whether it has answered.
const CLOCK_POLL: Duration = Duration::from_millis(20);

/// Samples that were read at once.
#[derive(Debug, Default)]
pub struct Pulled {
    /// One value a channel and sample, interleaved; what is not finite is missing.
    pub samples: Vec<f32>,
    /// The stamp of each sample, by the other end's clock.
    pub stamps: Vec<Stamp>,
}

/// A stream that is read. Its clock is asked for as long as this lives.
pub struct Feed {
    stream: TcpStream,
    codec: Codec,
    deducer: TimestampDeducer,
    bytes: Vec<u8>,
    clock: Arc<ClockState>,
    /// Its channels as its description names them.
    pub channels: Vec<WireChannel>,
}

impl Feed {
    /// Opens a stream that was found: reads its description, agrees on how samples are sent, and waits for its clock.
    ///
    /// # Errors
    /// Where it is gone, or speaks another protocol.
    pub async fn open(found: &Found) -> io::Result<Self> {
        let address = found.data().ok_or_else(|| invalid("it gives no address"))?;
        let document = describe::fetch(TcpStream::connect(address).await?).await?;
        let channels = describe::channels(&document, found.channels());
        let mut stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut bytes = Vec::with_capacity(READ);
        let codec = agree(&mut stream, found, &mut bytes).await?;
        let clock = Arc::new(ClockState::default());
        let feed = Self { stream, codec, deducer: TimestampDeducer::new(found.rate().map_or(0.0, Rate::hz)), bytes, clock, channels };
        if let Some(service) = found.service() {
            probes::start(service, feed.clock.clone(), Arc::new(Mutex::new(super::clock().0.to_bits() | 1)));
            // An outlet that does not tell its clock is read all the same: its stamps are taken as they are.
            let _ = tokio::time::timeout(CLOCK, feed.clock_told()).await;
        }
        Ok(feed)
    }

    /// How far our clock is ahead of the other end's, in seconds; `None` where it never told.
    pub fn correction(&self) -> Option<f64> {
        self.clock.offset()
    }

    /// Waits for samples and adds them. Nothing is lost where the wait is called off.
    ///
    /// # Errors
    /// Where the stream is over, or its bytes are no samples.
    pub async fn pull(&mut self, into: &mut Pulled) -> io::Result<()> {
        let before = into.stamps.len();
        while into.stamps.len() == before {
            read(&mut self.stream, &mut self.bytes).await?;
            self.decode(into)?;
        }
        Ok(())
    }

    fn decode(&mut self, into: &mut Pulled) -> io::Result<()> {
        let mut used = 0;
        loop {
            match self.codec.decode(&self.bytes[used..]) {
                Ok((sample, bytes)) => {
                    used += bytes;
                    let own = sample.timestamp != DEDUCED_TIMESTAMP;
                    into.stamps.push(Stamp { seconds: self.deducer.apply(sample.timestamp), own });
                    into.samples.extend(sample.values.iter().map(number));
                }
                Err(CodecError::Truncated) => break,
                Err(_) => return Err(invalid("its bytes are no samples")),
            }
        }
        self.bytes.drain(..used);
        Ok(())
    }

    async fn clock_told(&self) {
        while self.clock.offset().is_none() {
            tokio::time::sleep(CLOCK_POLL).await;
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.clock.stop();
    }
}

/// The handshake: a request, an answer, and two samples that both sides know. What has come after them is left in `bytes`.
async fn agree(stream: &mut TcpStream, found: &Found, bytes: &mut Vec<u8>) -> io::Result<Codec> {
    let info = &found.0;
    let mut params = FeedParams::new(&info.uid, info.format);
    params.source_id.clone_from(&info.source_id);
    params.session_id.clone_from(&info.session_id);
    params.max_buffer_length = found.rate().map_or(KEPT_SAMPLES, |rate| (rate.hz() * KEPT).ceil() as i32);
    let (mut client, request) = FeedClient::start(params, info.format, found.channels());
    stream.write_all(&request).await?;
    loop {
        match client.on_headers(bytes) {
            Ok(used) => break drop(bytes.drain(..used)),
            Err(HeaderError::Incomplete) => read(stream, bytes).await?,
            Err(_) => return Err(invalid("it does not hand out its data")),
        }
    }
    loop {
        match client.on_test_pattern(bytes) {
            Ok(used) => break drop(bytes.drain(..used)),
            Err(TestPatternError::Incomplete) => read(stream, bytes).await?,
            Err(_) => return Err(invalid("its numbers are written another way")),
        }
    }
    client.codec().copied().ok_or_else(|| invalid("it does not say how it writes numbers"))
}

/// Reads what there is room for. Who fills the room without saying anything is not listened to.
async fn read(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<()> {
    let room = READ.saturating_sub(bytes.len());
    if room == 0 {
        return Err(invalid("it says too much before it begins"));
    }
    match stream.take(room as u64).read_buf(bytes).await? {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

fn number(value: &Value) -> f32 {
    let number = match *value {
        Value::F32(value) => value,
        Value::F64(value) => value as f32,
        Value::I8(value) => f32::from(value),
        Value::I16(value) => f32::from(value),
        Value::I32(value) => value as f32,
        Value::I64(value) => value as f32,
        Value::Str(_) => MISSING,
    };
    if number.is_finite() { number } else { MISSING }
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why.to_owned())
}

#[cfg(test)]
mod tests {
    use labstream_net::StreamInfo;
    use labstream_wire::{ByteOrder, Format, Sample, TEST_PATTERN_OFFSETS, test_pattern};
    use tokio::net::TcpListener;

    use super::*;

    const ANSWER: &str = "LSL/110 200 OK\r\nUID: u\r\nByte-Order: 1234\r\nSuppress-Subnormals: 0\r\nData-Protocol-Version: 110\r\n\r\n";

    /// An outlet of two channels on this computer that says these things to whoever asks: to the first its description, to the second its data, a few bytes
    /// at a time. It tells no clock.
    async fn opened(says: [Vec<u8>; 2]) -> io::Result<Feed> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut info = StreamInfo::new("fake", "Misc", 2, Format::Float32, 100.0);
        (info.uid, info.v4address, info.v4data_port) = ("u".into(), "127.0.0.1".into(), listener.local_addr().unwrap().port());
        tokio::spawn(async move {
            for says in says {
                let (mut stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                // What is closed with the question unread is torn down, and the answer with it.
                assert!(stream.read(&mut [0; 1024]).await.unwrap() > 0);
                for bytes in says.chunks(7) {
                    // Who does not listen any more has been told enough.
                    let _ = stream.write_all(bytes).await;
                }
            }
        });
        Feed::open(&Found(Box::new(info))).await
    }

    fn begun(codec: Codec) -> Vec<u8> {
        let mut bytes = ANSWER.as_bytes().to_vec();
        TEST_PATTERN_OFFSETS.iter().for_each(|offset| codec.encode(&test_pattern(Format::Float32, 2, *offset), &mut bytes).unwrap());
        bytes
    }

    #[tokio::test]
    async fn samples_in_small_pieces_are_the_samples_and_what_follows_them_is_not() {
        let codec = Codec::new(Format::Float32, 2, ByteOrder::Little);
        let mut bytes = begun(codec);
        let values = |value: f32| vec![Value::F32(value), Value::F32(f32::INFINITY)];
        for n in 0..100_u8 {
            let timestamp = if n == 0 { 50.0 } else { DEDUCED_TIMESTAMP };
            codec.encode(&Sample { timestamp, values: values(f32::from(n)) }, &mut bytes).unwrap();
        }
        bytes.extend([9; 20]);
        let description = b"<info><desc><channels><channel><label>left</label></channel></channels></desc></info>".to_vec();
        let mut feed = opened([description, bytes]).await.unwrap();
        assert_eq!((feed.channels[0].name.as_deref(), feed.channels.len(), feed.correction()), (Some("left"), 2, None));
        let mut pulled = Pulled::default();
        let ended = loop {
            if let Err(error) = feed.pull(&mut pulled).await {
                break error;
            }
        };
        assert_eq!((ended.kind(), pulled.stamps.len()), (ErrorKind::InvalidData, 100));
        assert_eq!((pulled.stamps[0], pulled.stamps[99].own), (Stamp { seconds: 50.0, own: true }, false));
        assert!((pulled.stamps[99].seconds - 50.99).abs() < 1e-9);
        assert_eq!((pulled.samples[198], pulled.samples[199].is_nan()), (99.0, true));
    }

    #[tokio::test]
    async fn an_outlet_that_never_comes_to_the_point_or_writes_other_numbers_is_not_opened() {
        let endless = opened([Vec::new(), vec![b'x'; 1 << 20]]).await;
        assert!(endless.is_err_and(|error| error.to_string().contains("too much")));
        let mut other = ANSWER.as_bytes().to_vec();
        other.extend([2; 50]);
        assert!(opened([Vec::new(), other]).await.is_err_and(|error| error.to_string().contains("another way")));
        assert!(opened([Vec::new(), b"LSL/110 404 Not found\r\n\r\n".to_vec()]).await.is_err());
        assert!(opened([Vec::new(), Vec::new()]).await.is_err_and(|error| error.kind() == ErrorKind::UnexpectedEof));
    }
}
