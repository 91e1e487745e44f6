//! Whose turn it is when there are more jobs than slots.

use sluice::domain::job::JobState;
use sluice::jobs::engine::EngineSettings;

use crate::support::each_database;
use crate::support::fixtures::{enqueue, home, job};
use crate::support::toy::Toy;
use crate::support::worker::{Worker, engine, settings, until_ended};

each_database! {
    async fn workspaces_take_turns_page_by_page(test: TestDatabase) {
        let database = test.database();
        let (busy, small, toy) = (home(&database).await, home(&database).await, Toy::on(&database));
        let mut last = None;
        for _ in 0..10 {
            last = Some(busy.count_pages(&database, 4).await.id);
        }
        let alone = small.count_pages(&database, 4).await;
        let worker = Worker::start(&engine(&database, &toy, EngineSettings { slots: 1, ..settings() }));
        until_ended(&database, alone.id).await;
        until_ended(&database, last.expect("ten jobs")).await;
        worker.stop().await;
        let turns: Vec<bool> = toy.callers().iter().take(8).map(|caller| *caller == alone.id).collect();
        assert_eq!(turns, [false, true, false, true, false, true, false, true], "the small workspace has every second page");
    }

    async fn a_lone_job_keeps_its_slot_from_page_to_page(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        let alone = home.count_pages(&database, 6).await;
        let worker = Worker::start(&engine(&database, &toy, EngineSettings { slots: 1, ..settings() }));
        assert_eq!(until_ended(&database, alone.id).await.epoch, 1, "claimed once");
        worker.stop().await;
    }

    async fn the_higher_priority_goes_first_within_its_workspace(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        let low = home.count_pages(&database, 2).await;
        let mut urgent = home.counting(2);
        urgent.priority = 5;
        let urgent = enqueue(&database, &urgent).await;
        let worker = Worker::start(&engine(&database, &toy, EngineSettings { slots: 1, ..settings() }));
        until_ended(&database, low.id).await;
        worker.stop().await;
        assert_eq!(job(&database, urgent.id).await.state, JobState::Completed);
        assert_eq!(toy.callers(), [urgent.id, urgent.id, low.id, low.id]);
    }

    async fn no_more_slices_run_than_there_are_slots(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(0, vec![crate::support::toy::Fault::Hold; 3]);
        let mut ids = Vec::new();
        for _ in 0..5 {
            ids.push(home.count_pages(&database, 1).await.id);
        }
        let engine = engine(&database, &toy, EngineSettings { slots: 2, ..settings() });
        let worker = Worker::start(&engine);
        toy.is_held().await;
        toy.is_held().await;
        assert_eq!((engine.running(), toy.calls().len()), (2, 2));
        for _ in 0..3 {
            toy.let_go();
        }
        for id in ids {
            until_ended(&database, id).await;
        }
        worker.stop().await;
    }
}
