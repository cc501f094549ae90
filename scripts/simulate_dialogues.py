"""Write simulated dialogues with questions whose evidence is known, in LoCoMo's format; all text is our own.

    python scripts/simulate_dialogues.py OUT.json [--conversations 6] [--seed 0]

Half are between two friends, half between a user and an assistant who asks back; those questions say "I". Each
has sessions over a year; facts come as short exchanges, some answered only in the reply to a question, between
small talk and facts of the same kind about others. They are simpler than people: a check that a ranker is no trick
of one benchmark, not a benchmark.
"""

from __future__ import annotations

import argparse
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Said = tuple[int, str, bool]  # who of the two speaks, words, whether it is evidence

PETS = ["spaniel", "parrot", "tortoise", "kitten", "ferret", "rabbit", "gecko"]
PET_NAMES = ["Biscuit", "Moss", "Pepper", "Juno", "Waffles", "Otis", "Clover"]
CITIES = ["Lisbon", "Oslo", "Kyoto", "Prague", "Seville", "Tallinn", "Montreal", "Naples", "Galway", "Porto"]
HOBBIES = ["pottery", "fencing", "rowing", "birdwatching", "calligraphy", "bouldering", "archery", "judo", "salsa"]
DISHES = ["lentil soup", "mushroom risotto", "pad thai", "apple crumble", "ramen", "paella", "pierogi", "gumbo"]
BOOKS = ["Middlemarch", "Dune", "Emma", "The Hobbit", "Beloved", "Solaris", "Persuasion", "Kim"]
JOBS = ["a nurse", "an accountant", "a park ranger", "a baker", "a translator", "a surveyor", "a tram driver"]
AILMENTS = ["a sprained wrist", "migraines", "a pollen allergy", "a sore knee", "a bad cough", "back pain"]
INSTRUMENTS = ["cello", "banjo", "flute", "accordion", "drums", "harp"]
KIN = ["sister", "brother", "cousin", "aunt", "nephew", "grandfather"]
NAMES = "Ana Ben Carla Dmitri Elif Farid Greta Hugo Ines Jonas Kemal Lotte".split()

# Each kind of fact: exchanges ({0} is filled in; the digit says who speaks: 0 tells, 1 asks back; * marks
# evidence), then questions by category about {who} ("I" for a user), and, for lists, one over all such facts.
FACTS: list[dict[str, Any]] = [
    {
        "fill": PETS, "second": PET_NAMES,
        "talk": [
            ["0*We brought a little {0} home from the shelter last weekend.", "1How sweet! What is it called?",
             "0*We settled on {1} after an hour of arguing.", "1That suits a small troublemaker."],
            ["0*Guess who has a {0} now?", "1No way! Does it have a name yet?", "0*{1}. It was on the collar."],
        ],
        "ask": [("4", "What is the name of {whose} {0}?", 1), ("4", "What kind of pet did {who} adopt?", 0)],
    },
    {
        "fill": CITIES,
        "talk": [
            ["0*I got back from {0} yesterday, my feet still hurt.", "1Did you see everything you wanted?",
             "0Most of it. The rain kept us indoors for a day."],
            ["1Where have you been all week?", "0*In {0}, walking until the shops closed.", "1I am jealous."],
        ],
        "ask": [("2", "When did {who} travel to {0}?", 0)],
        "list": "Which cities did {who} visit?",
    },
    {
        "fill": HOBBIES,
        "talk": [
            ["0*I signed up for {0} on Thursdays.", "1What made you try that?", "0*A colleague talked me into it.",
             "1Good colleagues are worth a lot."],
            ["1You look tired.", "0*First class of {0} this morning. I can hardly lift my arms."],
        ],
        "ask": [("2", "When did {who} begin {0}?", 0), ("4", "Who persuaded {whom} to take up {0}?", 1)],
        "list": "What hobbies did {who} try?",
    },
    {
        "fill": DISHES,
        "talk": [
            ["0*I cooked {0} for the neighbours and they asked for more.", "1What is the secret?",
             "0*A spoon of miso at the very end."],
            ["0*Tonight it is {0} again, the third time this month.", "1You never tire of it."],
        ],
        "ask": [("4", "What did {who} cook for the neighbours?", 0), ("4", "What goes into {whose} {0}?", 1)],
    },
    {
        "fill": BOOKS,
        "talk": [
            ["0*I finally finished {0} on the train.", "1Was it any good?", "0The ending stayed with me."],
            ["1Reading anything nice?", "0*Halfway through {0}, a little every night."],
        ],
        "ask": [("2", "When did {who} read {0}?", 0)],
        "list": "Which books did {who} read?",
    },
    {
        "fill": KIN, "second": JOBS,
        "talk": [
            ["0My {0} starts a new life on Monday.", "1Oh? Doing what?", "0*Working as {1}, can you believe it?"],
            ["0*My {0} has become {1} after all these years.", "1Proud of them?", "0Very."],
        ],
        "ask": [("4", "What work does {whose} {0} do?", 1)],
    },
    {
        "fill": AILMENTS,
        "talk": [
            ["1You sound worn out. Is everything all right?", "0*It is {0}, the doctor says two weeks of rest.",
             "1Take it slowly, then."],
            ["0*The clinic called: {0}, nothing worse.", "1What a relief."],
        ],
        "ask": [("4", "What health trouble did {who} have?", 0), ("2", "When was {who} told about {0}?", 0)],
    },
    {
        "fill": INSTRUMENTS,
        "talk": [
            ["0*I bought a second-hand {0} from a market stall.", "1Can you play it?",
             "0*Only one tune so far, a lullaby."],
        ],
        "ask": [("4", "Where did {who} get the {0}?", 0), ("4", "What can {who} play on the {0}?", 1)],
    },
]  # fmt: skip
ADVICE = [
    ("0Could you suggest something for a rainy Sunday?", "1*How about the {0} museum near the old harbour?",
     ["glass", "clock", "tram", "toy", "map"], "Which museum did you suggest?"),
    ("0What should I read to learn about tea?", "1*Try a short guide called {0}, it is kind to beginners.",
     ["Leaves and Water", "The Patient Kettle", "Steeped"], "Which guide about tea did you recommend?"),
    ("0How do I stop the door from squeaking?", "1*A little {0} on the hinges is all it takes.",
     ["graphite", "candle wax", "olive oil"], "What did you tell me to put on the hinges?"),
]  # fmt: skip
SMALL = [
    "It was good to hear from you.", "The weather has been odd lately.", "Work keeps me busy, but I manage.",
    "Thanks, that means a lot.", "How was your week?", "I had the best coffee this morning.", "Let us talk soon.",
    "That sounds lovely!", "I know what you mean.", "The trains were late again.", "Anything exciting going on?",
    "I slept badly, the upstairs people were moving furniture.", "We should celebrate that.", "Good luck with it!",
]  # fmt: skip


class Talk:
    """One conversation as it grows: sessions of turns, and questions about them."""

    def __init__(self, name: str, pair: tuple[str, str], rng: random.Random) -> None:
        self.name, self.pair, self.rng = name, pair, rng
        self.with_assistant = pair[1] == "assistant"
        self.sessions: list[list[dict[str, str]]] = []
        self.questions: list[dict[str, Any]] = []
        self.lists: dict[tuple[int, int], list[str]] = {}

    def say(self, who: int, text: str) -> str:
        """Add a turn to the present session; its id."""
        dia_id = f"D{len(self.sessions)}:{len(self.sessions[-1]) + 1}"
        self.sessions[-1].append({"speaker": self.pair[who], "dia_id": dia_id, "text": text})
        return dia_id

    def small_talk(self, turns: int) -> None:
        """Turns that answer nothing."""
        for number in range(turns):
            self.say(number % 2, self.rng.choice(SMALL))

    def fact(self, kind: int, values: tuple[str, str]) -> None:
        """One exchange, and the questions about it."""
        teller = 0 if self.with_assistant else self.rng.randrange(2)
        lines = self.rng.choice(FACTS[kind]["talk"])
        evidence = []
        for line in lines:
            who = teller if line[0] == "0" else 1 - teller
            said = self.say(who, line.lstrip("01*").format(*values))
            if "*" in line[:2]:
                evidence.append(said)
        for category, question, part in FACTS[kind]["ask"]:
            if part < len(evidence) or len(evidence) == 1:
                self.ask(category, question, teller, values, [evidence[min(part, len(evidence) - 1)]])
        if "list" in FACTS[kind]:
            self.lists.setdefault((kind, teller), []).append(evidence[0])

    def advice(self) -> None:
        """The assistant is asked for advice and gives some."""
        asked, given, values, question = self.rng.choice(ADVICE)
        self.say(0, asked[1:])
        evidence = self.say(1, given.lstrip("1*").format(self.rng.choice(values)))
        self.questions.append({"question": question, "answer": "", "evidence": [evidence], "category": 4})

    def ask(self, category: str, question: str, teller: int, values: tuple[str, str], evidence: list[str]) -> None:
        """A question about the teller, by name or in the first person."""
        name = self.pair[teller]
        first = self.with_assistant
        words = (
            {"who": "I", "whose": "my", "whom": "me"}
            if first
            else {"who": name, "whose": f"{name}'s", "whom": name}
        )
        text = question.format(*values, **words)
        self.questions.append({"question": text, "answer": "", "evidence": evidence, "category": int(category)})

    def document(self) -> dict[str, Any]:
        """LoCoMo's format."""
        for (kind, teller), evidence in self.lists.items():
            if len(evidence) > 1:
                self.ask("1", FACTS[kind]["list"], teller, ("", ""), evidence)
        start = datetime(2024, 1, 8, 18, 30, tzinfo=UTC)
        conversation: dict[str, Any] = {"speaker_a": self.pair[0], "speaker_b": self.pair[1]}
        for number, turns in enumerate(self.sessions, 1):
            at = start + timedelta(days=11 * number, minutes=self.rng.randrange(200))
            conversation[f"session_{number}_date_time"] = f"{at:%I:%M %p} on {at.day} {at:%B, %Y}"
            conversation[f"session_{number}"] = turns
        return {"sample_id": self.name, "conversation": conversation, "qa": self.questions}


def simulate(number: int, seed: int) -> dict[str, Any]:
    """One conversation of 24 sessions; every second one is with an assistant."""
    rng = random.Random(f"{seed}/{number}")
    first, second = rng.sample(NAMES, 2)
    talk = Talk(f"sim-{number}", (first, "assistant" if number % 2 else second), rng)
    plan: list[tuple[int, tuple[str, str]]] = []
    for kind, fact in enumerate(FACTS):
        values = rng.sample(fact["fill"], len(fact["fill"]))
        plan += [(kind, (value, rng.choice(fact.get("second", [""])))) for value in values]
    rng.shuffle(plan)
    for session in range(24):
        talk.sessions.append([])
        talk.small_talk(rng.randrange(2, 5))
        for kind, values in plan[session::24]:
            talk.fact(kind, values)
            talk.small_talk(rng.randrange(1, 4))
        if talk.with_assistant and session % 4 == 0 and session < 12:
            talk.advice()
    return talk.document()


parser = argparse.ArgumentParser()
parser.add_argument("out", type=Path)
parser.add_argument("--conversations", type=int, default=6)
parser.add_argument("--seed", type=int, default=0)
args = parser.parse_args()
made = [simulate(number, args.seed) for number in range(args.conversations)]
args.out.write_text(json.dumps(made, indent=1), encoding="utf-8")
print(f"{len(made)} conversations, {sum(len(m['qa']) for m in made)} questions")
