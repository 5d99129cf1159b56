using Kontrakt.Diagnostics;
using Kontrakt.Images.Dockerfiles;

namespace Kontrakt.Dockerfiles.Tests;

/// <summary>From Kaniko's log (as version 1.20.1 wrote it) to the line of the Dockerfile.</summary>
[TestClass]
public sealed class Progress
{
    private const string Dockerfile = "ARG B=base:1\nFROM $B AS one\nCOPY a /a\nRUN make\nRUN make\nFROM scratch\nRUN echo one \\\n  && make\nCOPY b/c /c\n";

    [TestMethod]
    [DataRow("RUN make", "waiting for process to exit: exit status 2", 4)]
    [DataRow("RUN make;RUN make", "waiting for process to exit: exit status 2", 5, DisplayName = "the second of two that are equal")]
    [DataRow("COPY a /a;RUN make;RUN make;RUN echo one   && make", "waiting for process to exit: exit status 1", 7, DisplayName = "one of several lines")]
    public void AFailedCommandIsTheOneThatWasReached(string logged, string why, int line)
    {
        var problem = Explain([.. logged.Split(';').Select(text => $"INFO[0001] {text}    "), "a line of the command's own", $"error building image: error building stage: failed to execute command: {why}"]);

        Assert.AreEqual(("KTR2014", line), (problem?.Code, problem?.Location?.Line));
        Assert.Contains($"failed: {why}. Last lines", problem?.Message ?? "");
    }

    [TestMethod]
    public void WhatACommandWritesIsNotTheBuildsError()
    {
        var problem = Explain(["INFO[0001] RUN make", "error building image: error building stage: failed to execute command: waiting for process to exit: exit status 2", "error CS1002: ; expected", "RUN make"]);

        Assert.AreEqual(4, problem?.Location?.Line);
        Assert.Contains("exit status 2", problem?.Message ?? "");
    }

    [TestMethod]
    [DataRow("failed to get fileinfo for /workspace/b/c: lstat /workspace/b/c: no such file or directory", 9)]
    [DataRow("failed to get fileinfo for /workspace/a: lstat /workspace/a: no such file or directory", 3)]
    [DataRow("some other reason", 3)]
    public void AFileThatIsMissingIsTheNextCopysThatNamesIt(string why, int line)
    {
        var problem = Explain([$"error building image: error building stage: failed to get files used from context: {why}"]);

        Assert.AreEqual(("KTR2014", line), (problem?.Code, problem?.Location?.Line));
    }

    [TestMethod]
    public void ABaseThatIsMissingIsItsFrom()
    {
        var problem = Explain(["INFO[0000] Retrieving image manifest base:1 ", "INFO[0000] Retrieving image base:1 from registry index.docker.io", "error building image: GET https://index.docker.io/v2/: MANIFEST_UNKNOWN: manifest unknown"]);

        Assert.AreEqual(("KTR2014", 2), (problem?.Code, problem?.Location?.Line));
    }

    [TestMethod]
    [DataRow("error building image: parsing dockerfile: dockerfile parse error on line 3: unknown flag: --x")]
    [DataRow("error building image: parsing dockerfile: Dockerfile parse error line 3: unknown flag: --x")]
    public void ASyntaxErrorIsAtItsLine(string line)
    {
        var problem = Explain([line]);

        Assert.AreEqual(("KTR2015", 3), (problem?.Code, problem?.Location?.Line));
        Assert.Contains("unknown flag: --x", problem?.Message ?? "");
    }

    [TestMethod]
    [DataRow("error pushing image: failed to push to destination x: unauthorized")]
    [DataRow("error checking push permissions -- make sure you entered the correct tag name")]
    public void ARefusedPushIsNoInstructions(string line)
    {
        Assert.IsNull(Explain(["INFO[0001] RUN make", line]));
    }

    private static Diagnostic? Explain(string[] log)
    {
        var instructions = DockerfileReader.Read("Dockerfile", Dockerfile);
        var progress = new DockerfileProgress("Dockerfile", instructions, DockerfileStages.Find("Dockerfile", instructions, null, null, new Dictionary<string, string>()).Bases is { Count: > 0 } found ? found
            : [new("Dockerfile", "base:1", instructions[1])]);
        foreach (var line in log)
            progress.OnLine(line);
        return progress.Explain(new("kaniko", "exit code 1", log));
    }
}
