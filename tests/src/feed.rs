//! A stream of server-sent events, as an open dashboard reads it.

use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use tokio::time::timeout;

use crate::PATIENCE;

/// An open stream.
#[derive(Debug)]
pub struct Feed {
    response: Response,
    unread: String,
}

/// One message of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// Where to resume.
    pub id: String,
    /// What kind.
    pub event: String,
    /// The rest, as JSON text.
    pub data: String,
}

impl Feed {
    pub(crate) async fn open(request: RequestBuilder) -> Self {
        // No deadline for the whole: a stream ends when somebody goes.
        let response = timeout(PATIENCE, request.timeout(PATIENCE * 10).send()).await;
        let response = response.expect("a stream opens").expect("a stream opens");
        assert_eq!(response.status().as_u16(), 200, "the stream was refused");
        Self {
            response,
            unread: String::new(),
        }
    }

    /// The next message of this kind; others, and pings above all, are passed over.
    pub async fn next(&mut self, event: &str) -> Message {
        let wanted = async {
            loop {
                let message = self.read().await;
                if message.event == event {
                    return message;
                }
            }
        };
        timeout(PATIENCE, wanted)
            .await
            .unwrap_or_else(|_| panic!("no {event} came"))
    }

    async fn read(&mut self) -> Message {
        loop {
            if let Some((block, rest)) = self.unread.split_once("\n\n") {
                let message = Message::read(block);
                self.unread = rest.to_owned();
                return message;
            }
            let chunk = self.response.chunk().await.expect("the stream goes on");
            let chunk = chunk.expect("the stream does not end by itself");
            self.unread
                .push_str(std::str::from_utf8(&chunk).expect("events are text"));
        }
    }
}

impl Message {
    fn read(block: &str) -> Self {
        let mut message = Self::default();
        for line in block.lines() {
            let Some((field, value)) = line.split_once(':') else {
                continue;
            };
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "id" => value.clone_into(&mut message.id),
                "event" => value.clone_into(&mut message.event),
                "data" => message.data.push_str(value),
                // A comment, or when to come back.
                _ => {}
            }
        }
        message
    }

    /// Its data.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.data).expect("the data of an event is JSON")
    }
}
