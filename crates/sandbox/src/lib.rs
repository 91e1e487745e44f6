//! An HTTP server that speaks the providers' protocols over an invented population, with faults on demand.
//!
//! Under `/api/v1` it is Unipile v1. Every key is taken but `bad-key`. The accounts are `acc_classic`, `acc_sales_navigator`, `acc_recruiter`,
//! `acc_restricted` (403) and `acc_disconnected` (401), and any of these names with a number, such as `acc_classic_2`.
//! Under `/jobs-guest` and `/jobs/view` it is LinkedIn's job pages; a member's page needs a cookie `li_at`, of which only `expired` is refused.
//! Under `/datasets/v3` it is Bright Data with its data set of postings, whose keys are taken but `bad-key`. There are 12,000 postings; how old each
//! is hangs on the seed, so their dates move along with the day.
//! `/_sandbox/requests` (GET, DELETE) is the request log, `/_sandbox/faults` (GET, PUT) the faults and the latency.

mod brightdata;
mod connection;
mod control;
mod draws;
mod facts;
mod faults;
mod gate;
mod journal;
mod linkedin;
mod matching;
mod population;
mod postings;
mod unipile;
mod world;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use faults::{Faults, UnknownFault};

/// How to run a sandbox. The default binds a free port on loopback and has no faults and no latency.
#[derive(Debug, Clone)]
pub struct Options {
    /// Port 0 takes any free port.
    pub bind: SocketAddr,
    pub people: usize,
    /// The same seed gives the same answers, every time; more people leave the first ones as they are.
    pub seed: u64,
    /// How long every answer of a provider takes.
    pub latency: Duration,
    pub faults: Faults,
}

impl Default for Options {
    fn default() -> Options {
        Options { bind: (Ipv4Addr::LOCALHOST, 0).into(), people: 100_000, seed: 1, latency: Duration::ZERO, faults: Faults::default() }
    }
}

/// A running sandbox. Dropping it stops it as well, without waiting.
pub struct Sandbox {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: JoinHandle<std::io::Result<()>>,
}

/// How long `stop` waits for answers that are on their way.
const GRACE: Duration = Duration::from_secs(2);

/// Makes the people, binds, and serves until stopped.
pub async fn start(options: Options) -> anyhow::Result<Sandbox> {
    let listener = TcpListener::bind(options.bind).await.with_context(|| format!("the sandbox cannot listen on {}", options.bind))?;
    let address = listener.local_addr().context("the sandbox has no address")?;
    let (stop, stopping) = watch::channel(false);
    let world = tokio::task::spawn_blocking({
        let stopping = stopping.clone();
        move || {
            let population = population::Population::generate(options.seed, options.people);
            world::World::new(population, faults::Schedule::new(options.faults, options.seed), options.latency, stopping)
        }
    })
    .await
    .context("the sandbox could not make its people")?;
    let world = Arc::new(world);
    let app = control::routes()
        .merge(unipile::routes(world.clone()))
        .merge(linkedin::routes(world.clone()))
        .merge(brightdata::routes(world.clone()))
        .with_state(world);
    let mut stopping = stopping;
    let serving = axum::serve(connection::Accepting(listener), app.into_make_service_with_connect_info::<connection::Connection>())
        .with_graceful_shutdown(async move {
            // An error means that the handle is gone, which is a stop as well.
            let _ = stopping.wait_for(|stopping| *stopping).await;
        });
    Ok(Sandbox { address, stop, serving: tokio::spawn(serving.into_future()) })
}

impl Sandbox {
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// An origin without a path.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops accepting, lets answers go out, and returns once the port is free.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        if tokio::time::timeout(GRACE, &mut self.serving).await.is_err() {
            self.serving.abort();
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        self.serving.abort();
    }
}
