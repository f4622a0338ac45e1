//! A DNS server on this machine that knows one text, whatever it is asked about.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use hickory_resolver::proto::{
    op::Message,
    rr::{RData, Record, RecordType, rdata::TXT},
};
use tokio::net::UdpSocket;

/// The server. It goes with the test's runtime.
pub(crate) struct Dns {
    pub(crate) address: SocketAddr,
    text: Arc<Mutex<Option<String>>>,
}

impl Dns {
    /// Starts it without any record.
    pub(crate) async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let text = Arc::<Mutex<Option<String>>>::default();
        tokio::spawn(answer(socket, text.clone()));
        Self { address, text }
    }

    /// From now on this is the text of every name.
    pub(crate) fn says(&self, text: String) {
        *self.text.lock().unwrap() = Some(text);
    }
}

async fn answer(socket: UdpSocket, text: Arc<Mutex<Option<String>>>) {
    let mut buffer = [0; 4096];
    loop {
        let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
        let asked = Message::from_vec(&buffer[..length]).unwrap();
        let query = asked.queries[0].clone();
        let mut said = Message::response(asked.metadata.id, asked.metadata.op_code);
        said.metadata.recursion_available = true;
        said.add_query(query.clone());
        let text = text.lock().unwrap().clone();
        if let Some(text) = text.filter(|_| query.query_type() == RecordType::TXT) {
            let text = RData::TXT(TXT::new(vec![text]));
            said.add_answer(Record::from_rdata(query.name().clone(), 60, text));
        }
        socket.send_to(&said.to_vec().unwrap(), from).await.unwrap();
    }
}
