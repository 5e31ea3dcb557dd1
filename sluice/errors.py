"""All errors that users see outside Lambda, in place of a traceback.

    SluiceError
    ├── ConfigError          there is no sluice.toml, or a mistake in it
    ├── NoFolder             a file cannot be put where it was asked for
    ├── IdentifyError        a tenant's key cannot be made
    ├── StageError           a stage whose settings are not generated
    ├── NoTrail              the stage has no audit trail, or a head of one is misspelled
    ├── TenantsError         the tenants of a stage cannot be listed
    ├── PlaceError           a tenant that is not there, or that this machine cannot read
    ├── UnknownPrices        a region whose prices are not known
    ├── Unproven             a deployed stage did not store an event
    ├── DeploymentError      a stage cannot be packaged, deployed or removed
    ├── CollectError         a collector that cannot start, or a key that cannot be used
    ├── StreamError          a stream that is not there, or whose function failed
    ├── BundleError          what Lambda runs cannot be put together
    ├── LintError            the policies cannot be checked
    ├── GeoProblem           a City database cannot be installed
    ├── ImportProblem        a log cannot be imported
    ├── DemoError            the demo cannot go on
    ├── PortRefused          the dashboard cannot be served next to the API
    ├── NoVault              an entry puts values into a vault that is not there
    ├── ServeError           the dashboard cannot be started
    ├── QueryError           a question that cannot be asked
    ├── TooLong              a question that took longer than it may
    ├── TooMuch              a question that took more memory, or has a larger answer, than it may
    ├── TooMany              more of a person's own SQL than may run at once
    ├── UnreadableMirror     a file of the mirror that a person's own SQL cannot read
    ├── AthenaError          Athena has not answered
    ├── UnloadError          a day is not unloaded
    ├── SetupError           a tenant's tables in Athena cannot be made
    ├── NotAllowed           a bucket that is not there, or not this user's
    ├── NotReadable          published numbers that cannot be read now
    ├── BrokenMirror         a file of the mirror cannot be read
    ├── PublishError         numbers that cannot be published
    │   └── Spent            a week whose budget has no room for them
    ├── LearningError        a model that cannot be made
    │   └── TooFew           a round that too few tenants finished
    ├── PersonError          a request of a person that cannot be served
    │   └── Forged           a certificate that the stage has not signed
    ├── SegmentsError        saved segments cannot be read or kept
    │   └── BrokenSegments   the file of a user's segments is broken
    ├── VaultError           a token vault that cannot be opened, or has not what was asked for
    ├── DataMapError         there is no data map, or a mistake in it
    ├── NothingThere         there is nothing to scan for personal data
    ├── Unreadable           an object of which a scan can read nothing
    ├── DoorError            a variable of the dashboard's door cannot be used
    └── UsersError           the file of users cannot be used

Each is defined where it is raised, and caught once at each entry point, which prints its message in one line.
"""

from __future__ import annotations

import logging

# For what goes wrong without ending a command. Not below `sluice`, which is the tracker's log and goes to stdout.
LOG = logging.getLogger("sluice-tools")


class SluiceError(Exception):
    """The message says what is wrong and what to do."""
