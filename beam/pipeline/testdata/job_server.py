"""Serves the job API of Beam's own Python runner, with two workers.

Each bundle is run twice. The first try may fail: what it puts out is dropped
by the runner, the failure is told, and the bundle is run again.
"""

import sys

from apache_beam.runners.portability import local_job_service_main
from apache_beam.runners.portability.fn_api_runner import fn_runner


class Retrying(fn_runner.FnApiRunner):

  def __init__(self, **options):
    super().__init__(bundle_repeat=1, **options)
    self._num_workers = 2

  def _run_bundle_multiple_times_for_testing(self, *args, **options):
    try:
      super()._run_bundle_multiple_times_for_testing(*args, **options)
    except Exception as error:  # whatever it is, the bundle is run again
      print("bundle failed:", str(error).splitlines()[0], flush=True)


fn_runner.FnApiRunner = Retrying
local_job_service_main.run(sys.argv[1:])
