"""How long python-jobspy takes over a folder of search pages, with its own code from the answer to the postings: jobspy_speed.py FOLDER

Only its session is replaced, by one that hands out the page at hand."""

import hashlib
import json
import pathlib
import sys
import time

from jobspy.linkedin import LinkedIn
import jobspy.linkedin as module
from jobspy.model import ScraperInput, Site


class Answer:
    status_code = 200
    ok = True

    def __init__(self, text):
        self.text = text


class Session:
    headers = {}

    def get(self, *_args, **_kwargs):
        return self.answer


session = Session()
module.create_session = lambda *_args, **_kwargs: session
pages = [path.read_text() for path in sorted(pathlib.Path(sys.argv[1]).glob("*.html"))]
scraper = LinkedIn()
scraper.session = session
wanted = ScraperInput(site_type=[Site.LINKEDIN], search_term="x", results_wanted=10)


def read(page):
    session.answer = Answer(page)
    found = scraper.scrape(wanted)
    return found.jobs if hasattr(found, "jobs") else found


for page in pages[:20]:
    read(page)
used, digest, cards = 0, hashlib.sha256(), 0
for page in pages:
    start = time.process_time_ns()
    jobs = read(page)
    used += time.process_time_ns() - start
    cards += len(jobs)
    for job in jobs:
        digest.update(f"{job.id.removeprefix('li-')}|{job.title}|{job.company}\n".encode())
print(json.dumps({"cpu_us_a_page": used / 1e3 / len(pages), "pages": len(pages), "cards": cards, "sha256": digest.hexdigest()}))
