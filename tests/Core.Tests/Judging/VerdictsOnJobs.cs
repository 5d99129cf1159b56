namespace Kontrakt.Tests.Judging;

/// <summary>Tests that are Jobs, also such as delete themselves, on a real cluster.</summary>
[TestClass]
public sealed class VerdictsOnJobs
{
    private static string DeletesItself(int exit) => """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: migrate}
        spec:
          ttlSecondsAfterFinished: 0
          backoffLimit: 0
          template:
            metadata: {labels: {kontrakt: test}}
            spec:
              restartPolicy: Never
              containers:
                - name: main
                  image: BUSYBOX
                  command: [sh, -c, "sleep 1; echo migrating; exit EXIT"]
        """.Replace("EXIT", $"{exit}", StringComparison.Ordinal);

    [TestMethod]
    [Timeout(300_000)]
    public async Task AFailedTestJobIsReportedAtItsContainer()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ("job.yaml", """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: migrate}
            spec:
              backoffLimit: 0
              template:
                metadata: {labels: {kontrakt: test}}
                spec:
                  restartPolicy: Never
                  containers:
                    - name: main
                      image: BUSYBOX
                      command: [sh, -c, echo no such table; exit 20]
            """));

        Assert.AreSequenceEqual(["job.yaml(11) KTR4001"], run.Failures, run.All);
        StringAssert.Contains(run.Verdict.Failures[0].Message, "exit code 20");
        StringAssert.Contains(run.Verdict.Failures[0].Message, "no such table");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AJobThatPassesAndDeletesItselfHasPassed()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ("job.yaml", DeletesItself(exit: 0)));

        Assert.IsTrue(run.Verdict.Passed, run.All);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AJobThatFailsAndDeletesItselfHasItsExitCodeAndItsLog()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ("job.yaml", DeletesItself(exit: 4)));

        Assert.AreSequenceEqual(["job.yaml(12) KTR4001"], run.Failures, run.All);
        StringAssert.Contains(run.Verdict.Failures[0].Message, "exit code 4");
        StringAssert.Contains(run.Verdict.Failures[0].Message, "\n  migrating");
        StringAssert.Contains(run.Verdict.Tests[0].Output!, "migrating");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task WhatWasDeletedBeforeWaitBeganIsSaidAtOnce()
    {
        await using var run = await ClusterRun.ApplyAsync(ClusterRun.Settings, ("job.yaml", DeletesItself(exit: 0)), ("good.yaml", VerdictsOnPods.Passing));
        await run.DeleteAsync("batch", "v1", "Job", "migrate");

        await run.WaitAsync();
        await run.AssertAsync(run.Recorded());

        Assert.AreSequenceEqual(["job.yaml(8) KTR4030"], run.Failures, run.All);
        StringAssert.Contains(run.Verdict.Failures[0].Message, "its ttlSecondsAfterFinished (0) deletes it");
    }
}
