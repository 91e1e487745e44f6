//! A running server: started whole, or not at all; stopped in order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::task::{JoinError, JoinSet};
use url::Url;

use crate::app::{App, OpenError};
use crate::config::{Config, EngineConfig};
use crate::data_dir::{self, DataDirError, DataDirLock};
use crate::events::Subscription;
use crate::first_start::{self, FirstStart, FirstStartError};
use crate::http::api::metrics;
use crate::http::realtime::Reader;
use crate::http::router::router;
use crate::jobs::engine::{Engine, EngineSettings};
use crate::jobs::kinds;
use crate::jobs::send_mail::SendMail;
use crate::maintenance;
use crate::sign_in::links;
use crate::store::{SchemaState, StoreError};

/// What this process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Brings the schema up to date on Postgres too; on SQLite that is always done.
    pub migrate: bool,
    /// Answers HTTP.
    pub listen: bool,
    /// Runs jobs.
    pub work: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { migrate: false, listen: true, work: true }
    }
}

/// Dropping it cuts everything off in the middle; call [`Server::stop`].
#[derive(Debug)]
pub struct Server {
    pub app: Arc<App>,
    /// Where it answers; `None` when it does not listen.
    pub url: Option<Url>,
    /// Told once, when the database is new.
    pub first_start: Option<FirstStart>,
    /// Lets the owner of a first start into the pages, once.
    pub welcome: Option<SecretString>,
    tasks: JoinSet<Result<(), std::io::Error>>,
    /// Held until the end.
    lock: Option<DataDirLock>,
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    FirstStart(#[from] FirstStartError),
    #[error("the database schema is {0} migration(s) behind this program; run `sluice migrate`, or start with --migrate")]
    SchemaBehind(usize),
    #[error("SLUICE_BIND: {address} cannot be listened on: {source}; stop what uses it, or choose another address")]
    Bind { address: SocketAddr, source: std::io::Error },
    #[error("workers alone need Postgres, since one process owns a SQLite file; set SLUICE_DATABASE_URL, or run `sluice serve`")]
    NeedsPostgres,
}

impl Server {
    /// Starts everything; returns once requests are answered.
    pub async fn start(config: Config, options: Options) -> Result<Self, StartError> {
        let embedded = config.database.is_sqlite();
        if embedded && !options.listen {
            return Err(StartError::NeedsPostgres);
        }
        let lock = if embedded { Some(data_dir::lock(&config.data_dir)?) } else { None };
        let app = App::open(config).await?;
        if embedded || options.migrate {
            app.database.migrate().await?;
        } else if let SchemaState::Behind(missing) = app.database.schema_state().await? {
            return Err(StartError::SchemaBehind(missing));
        }
        let first_start = first_start::prepare(&app.config, &app.database, &app.key_hasher, &app.fingerprint, &app.randomness).await?;
        let app = Arc::new(app);
        let mut server = Self { app, url: None, first_start, welcome: None, tasks: JoinSet::new(), lock };
        // The port comes first: a start that fails has claimed nothing.
        let listener = if options.listen { Some(server.bind().await?) } else { None };
        if options.listen {
            // Before anybody can connect, so that no connection misses what commits after it.
            let events = server.app.hub.subscribe_to_all().await?;
            server.tell_audience(events);
        }
        if let Some(address) = listener.as_ref().and_then(|listener| listener.local_addr().ok()) {
            // Set once: a process listens at one address.
            let _first = server.app.bound.set(reachable(address));
        }
        server.run_in_background(options);
        if let Some(listener) = listener {
            let url = server.listen(listener)?;
            if let Some(lock) = &server.lock {
                lock.announce(url.as_str().trim_end_matches('/'))?;
            }
            server.url = Some(url);
            server.welcome = server.welcome_owner().await?;
        }
        Ok(server)
    }

    fn tell_audience(&mut self, events: Subscription) {
        let app = &self.app;
        let reader = Reader::new(app.database.clone(), events, app.audience.clone());
        let stop = app.stopping.clone();
        spawn(&mut self.tasks, async move { reader.run(stop).await });
        let (sockets, stop) = (app.sockets.clone(), app.stopping.clone());
        spawn(&mut self.tasks, async move {
            stop.cancelled().await;
            sockets.close();
            sockets.wait().await;
        });
    }

    fn run_in_background(&mut self, options: Options) {
        let app = &self.app;
        let stopping = &app.stopping;
        let (database, stop) = (app.database.clone(), stopping.clone());
        spawn(&mut self.tasks, async move { database.carry_bells(stop).await });
        let (hub, stop) = (app.hub.clone(), stopping.clone());
        spawn(&mut self.tasks, async move { hub.run(stop).await });
        let (kept, stop) = (app.clone(), stopping.clone());
        spawn(&mut self.tasks, async move { kept.used_credentials.flush_until(&kept.database, stop).await });
        let (database, stop) = (app.database.clone(), stopping.clone());
        spawn(&mut self.tasks, async move { maintenance::run(database, stop).await });
        let stop = stopping.clone();
        spawn(&mut self.tasks, async move { metrics::keep_small(stop).await });
        if options.work {
            let (engine, stop) = (engine(app), stopping.clone());
            spawn(&mut self.tasks, async move { engine.run(stop).await });
        }
    }

    /// Made once the address is known. A crash in between costs nothing: `sluice sign-in-link` makes another.
    async fn welcome_owner(&self) -> Result<Option<SecretString>, StoreError> {
        let Some(first) = &self.first_start else { return Ok(None) };
        let mut tx = self.app.database.begin().await?;
        let made = links::welcome(&self.app, &mut tx, first.workspace_id, first.owner_id).await?;
        tx.commit().await?;
        Ok(Some(made.url(&self.app)))
    }

    async fn bind(&self) -> Result<TcpListener, StartError> {
        let address = self.app.config.http.bind;
        TcpListener::bind(address).await.map_err(|source| StartError::Bind { address, source })
    }

    fn listen(&mut self, listener: TcpListener) -> Result<Url, StartError> {
        let address = self.app.config.http.bind;
        let failed = |source| StartError::Bind { address, source };
        let bound = listener.local_addr().map_err(failed)?;
        let service = router(self.app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let stop = self.app.stopping.clone();
        self.tasks.spawn(async move {
            let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "a connection keeps its small packets back");
                }
            });
            axum::serve(listener, service).with_graceful_shutdown(async move { stop.cancelled().await }).await
        });
        Ok(reachable(bound))
    }

    /// Ends when a part of the server does, which none should before [`Server::stop`].
    pub async fn failed(&mut self) -> Option<String> {
        while let Some(ended) = self.tasks.join_next().await {
            match describe(ended) {
                Some(failure) => return Some(failure),
                // Bells have nothing to carry on SQLite.
                None if !self.app.stopping.is_cancelled() => {}
                None => return None,
            }
        }
        None
    }

    /// Ends streams, takes no more requests and claims no more jobs; gives what is in hand the grace time; then closes the database.
    pub async fn stop(mut self) {
        self.app.stopping.cancel();
        // The engine keeps to the grace time itself; the rest gets a little more.
        let limit = self.app.config.engine.grace + Duration::from_secs(2);
        let ended = tokio::time::timeout(limit, async {
            while let Some(ended) = self.tasks.join_next().await {
                if let Some(failure) = describe(ended) {
                    tracing::error!(failure, "a part of the server failed while stopping");
                }
            }
        });
        if ended.await.is_err() {
            tracing::warn!("not everything ended within the grace time; open requests are cut");
            self.tasks.shutdown().await;
        }
        if let Err(error) = self.app.used_credentials.flush(&self.app.database).await {
            tracing::warn!(%error, "could not write down which keys and sessions were used");
        }
        self.app.database.close().await;
        drop(self.lock);
    }
}

/// Starts a part that cannot fail.
fn spawn(tasks: &mut JoinSet<Result<(), std::io::Error>>, part: impl Future<Output = ()> + Send + 'static) {
    tasks.spawn(async move {
        part.await;
        Ok(())
    });
}

/// An engine over the app's database and accounts.
pub fn engine(app: &App) -> Engine {
    let mail = SendMail { database: app.database.clone(), sealer: app.sealer.clone(), mailer: app.mailer.clone(), address: app.address() };
    kinds::engine(&app.database, &app.accounts, engine_settings(&app.config.engine), &app.randomness, Some(mail))
}

fn engine_settings(config: &EngineConfig) -> EngineSettings {
    EngineSettings {
        lease: config.lease,
        heartbeat: config.heartbeat,
        slots: config.slots,
        grace: config.grace,
        poll: config.poll,
        max_attempts: config.max_attempts,
        ..EngineSettings::default()
    }
}

/// A bound address as a client can use it: one that stands for all addresses is reached over loopback.
pub fn reachable(bound: SocketAddr) -> Url {
    let address = match bound {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => SocketAddr::from(([127, 0, 0, 1], v4.port())),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], v6.port())),
        other => other,
    };
    Url::parse(&format!("http://{address}")).expect("an address and a port make a URL")
}

fn describe(ended: Result<Result<(), std::io::Error>, JoinError>) -> Option<String> {
    match ended {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(error) if error.is_cancelled() => None,
        Err(error) => Some(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_stands_for_all_is_reached_over_loopback() {
        for (bound, url) in
            [("0.0.0.0:8080", "http://127.0.0.1:8080/"), ("[::]:8080", "http://[::1]:8080/"), ("192.168.0.2:80", "http://192.168.0.2/")]
        {
            assert_eq!(reachable(bound.parse().expect("an address")).as_str(), url);
        }
    }
}
