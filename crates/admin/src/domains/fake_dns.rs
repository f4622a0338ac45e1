//! A DNS server on this machine, for tests: it answers, lies, keeps silent, and points where it is told.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};

use hickory_resolver::proto::{
    op::{Message, ResponseCode},
    rr::{
        Name, RData, Record, RecordType,
        rdata::{A, CNAME, TXT},
    },
};
use tokio::net::UdpSocket;

/// What the server says.
#[derive(Clone)]
pub(super) enum Mood {
    /// These texts, whatever is asked about.
    Says(Vec<String>),
    /// Nothing at all.
    Silent,
    /// That it cannot.
    Fails,
    /// This text, but of another name, beside one of the name itself.
    AboutAnother(String),
    /// That the name is another one, which says this.
    Alias(String),
    /// No text, and this address.
    PointsTo(Ipv4Addr),
}

/// A DNS server on this machine, and what it was asked.
pub(super) struct FakeDns {
    pub(super) address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl FakeDns {
    pub(super) async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let fake = Self {
            address: socket.local_addr().unwrap(),
            mood: Arc::new(Mutex::new(Mood::Says(Vec::new()))),
            asked: Arc::default(),
        };
        tokio::spawn(answer(socket, fake.mood.clone(), fake.asked.clone()));
        fake
    }

    pub(super) fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// What was asked since the last time.
    pub(super) fn asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked.sort();
        asked
    }
}

async fn answer(socket: UdpSocket, mood: Arc<Mutex<Mood>>, asked: Arc<Mutex<Vec<String>>>) {
    let mut buffer = [0; 4096];
    loop {
        let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
        let question = Message::from_vec(&buffer[..length]).unwrap();
        let query = &question.queries[0];
        let about = format!("{} {}", query.query_type(), query.name());
        asked.lock().unwrap().push(about);
        let mood = mood.lock().unwrap().clone();
        if let Some(said) = said(&question, mood) {
            socket.send_to(&said.to_vec().unwrap(), from).await.unwrap();
        }
    }
}

fn said(asked: &Message, mood: Mood) -> Option<Message> {
    let query = asked.queries[0].clone();
    let mut said = Message::response(asked.metadata.id, asked.metadata.op_code);
    said.metadata.recursion_available = true;
    said.add_query(query.clone());
    let elsewhere = Name::from_ascii("elsewhere.example.").unwrap();
    let mut address = Ipv4Addr::new(93, 184, 216, 34);
    let text_of =
        |name: &Name, text: String| Record::from_rdata(name.clone(), 60, RData::TXT(TXT::new(vec![text])));
    let (texts, name) = match mood {
        Mood::Silent => return None,
        Mood::Fails => {
            said.metadata.response_code = ResponseCode::ServFail;
            return Some(said);
        }
        Mood::Says(texts) => (texts, query.name().clone()),
        Mood::AboutAnother(text) => {
            if query.query_type() == RecordType::TXT {
                said.add_answer(text_of(query.name(), "v=spf1 -all".to_owned()));
            }
            (vec![text], elsewhere)
        }
        Mood::Alias(text) => {
            let alias = RData::CNAME(CNAME(elsewhere.clone()));
            said.add_answer(Record::from_rdata(query.name().clone(), 60, alias));
            (vec![text], elsewhere)
        }
        Mood::PointsTo(elsewhere) => {
            address = elsewhere;
            (Vec::new(), query.name().clone())
        }
    };
    match query.query_type() {
        RecordType::TXT => {
            said.add_answers(texts.into_iter().map(|text| text_of(&name, text)));
        }
        RecordType::A => {
            said.add_answer(Record::from_rdata(name, 60, RData::A(A(address))));
        }
        _ => {}
    }
    Some(said)
}
