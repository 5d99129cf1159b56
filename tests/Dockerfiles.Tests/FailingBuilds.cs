using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Dockerfiles.Tests.Infra;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Dockerfiles.Tests;

/// <summary>What goes wrong on a real cluster is said at its place, and leaves nothing there.</summary>
[TestClass]
public sealed class FailingBuilds
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task PointAtTheInstruction()
    {
        using var workshop = await Workshop.OpenAsync();
        var dockerfile = workshop.Dockerfile("RUN true", "# a comment", "RUN false");

        var problem = await workshop.FailAsync(dockerfile, Token);

        Assert.AreEqual(("KTR2014", new SourceLocation(dockerfile, 4, 1, 4)), (problem.Code, problem.Location));
        Assert.Contains("'RUN false' failed: waiting for process to exit: exit status 1. Last lines of its log:", problem.Message);
        Assert.HasCount(0, await workshop.Cluster.NamespacesOfAsync(workshop.Id, Token));
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task OfAFileThatIsNotInTheContextPointAtTheCopy()
    {
        using var workshop = await Workshop.OpenAsync();
        var dockerfile = workshop.Dockerfile("RUN true", "COPY missing /");

        var problem = await workshop.FailAsync(dockerfile, Token);

        Assert.AreEqual(("KTR2014", 3), (problem.Code, problem.Location?.Line), problem.Message);
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("RUN lie", "sha256:0000")]
    [DataRow("RUN say nothing", "reports that it pushed nothing")]
    public async Task AreThoseWhoseDigestIsNotTheRegistrys(string instruction, string says)
    {
        using var workshop = await Workshop.OpenAsync();

        var problem = await workshop.FailAsync(workshop.Dockerfile(instruction), Token);

        Assert.AreEqual(("KTR2018", "pod.yaml"), (problem.Code, problem.Location?.File));
        Assert.Contains(says, problem.Message);
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task ThatTakeTooLongLeaveNothing()
    {
        using var workshop = await Workshop.OpenAsync();
        workshop.Settings = workshop.Settings with { BuildTimeout = TimeSpan.FromSeconds(20) };

        var problem = await workshop.FailAsync(workshop.Dockerfile("RUN hang"), Token);

        Assert.AreEqual("KTR2017", problem.Code, problem.Message);
        Assert.Contains("within 20 s", problem.Message);
        Assert.HasCount(0, await workshop.Cluster.NamespacesOfAsync(workshop.Id, Token));
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task ThatAreCancelledLeaveNeitherPodNorSecretInANamespaceThatStays()
    {
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var workshop = await Workshop.OpenAsync(line =>
        {
            if (line.EndsWith("RUN hang", StringComparison.Ordinal))
                cancelling.Cancel();
        });
        var ns = $"builds-{workshop.Id}";
        workshop.Settings = workshop.Settings with { BuildNamespace = ns };
        await workshop.Cluster.Client.CreateAsync(ApiResource.Namespaces, null, new(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = ns } }), Token);
        try
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => workshop.BuildAsync(workshop.Dockerfile("RUN hang"), cancelling.Token));

            CollectionAssert.AreEqual(Array.Empty<string>(), (await workshop.LeftAsync(ns, Token)).ToArray());
        }
        finally
        {
            await workshop.Cluster.DeleteNamespaceAsync(ns, CancellationToken.None);
        }
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task OfAnExecutorThatIsNotThereSaySo()
    {
        using var workshop = await Workshop.OpenAsync();
        workshop.Settings = workshop.Settings with { KanikoExecutor = $"{workshop.Image}:nowhere" };

        var problem = await workshop.FailAsync(workshop.Dockerfile("RUN true"), Token);

        Assert.AreEqual("KTR2016", problem.Code);
        Assert.Contains($"the image '{workshop.Image}:nowhere' of its step 'kaniko' cannot be pulled by the cluster", problem.Message);
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task OfAnExecutorWhoseRegistryDoesNotAnswerSaySoLongBeforeTheTimeIsOver()
    {
        using var workshop = await Workshop.OpenAsync();
        workshop.Settings = workshop.Settings with { KanikoExecutor = "localhost:9/tools/executor:1", BuildTimeout = TimeSpan.FromMinutes(20) };

        var problem = await workshop.FailAsync(workshop.Dockerfile("RUN true"), Token);

        Assert.AreEqual("KTR2016", problem.Code);
        Assert.Contains("the image 'localhost:9/tools/executor:1' of its step 'kaniko' cannot be pulled by the cluster (3 tries): ", problem.Message);
        // In the runtime's words, or the engine's.
        Assert.MatchesRegex("connection refused|refuses connections", problem.Message);
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task OnAnImageThatTheirOwnRegistryLacksStartNoPod()
    {
        using var workshop = await Workshop.OpenAsync();
        var dockerfile = workshop.Write("web/Dockerfile", $"FROM scratch AS other\nFROM {workshop.Image}-base:none\n");

        var problem = await workshop.FailAsync(dockerfile, Token);

        Assert.AreEqual(("KTR2003", new SourceLocation(dockerfile, 2, 1)), (problem.Code, problem.Location));
        Assert.Contains($"'{workshop.Image}-base:none' does not exist", problem.Message);
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task ThatWouldPushToALoopbackNameAreRefused()
    {
        using var workshop = await Workshop.OpenAsync();
        workshop.Settings = workshop.Settings with { BuildRepository = "localhost:5000/kontrakt-tests" };

        var problem = await workshop.FailAsync(workshop.Dockerfile("RUN true"), Token);

        Assert.AreEqual("KTR2019", problem.Code);
        Assert.Contains("KontraktBuildRepository", problem.Message);
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task OfADockerfileThatIsNoneStartNoPod()
    {
        using var workshop = await Workshop.OpenAsync();
        workshop.Settings = workshop.Settings with { KubeContext = "no-such-cluster" };

        var problem = await workshop.FailAsync(workshop.Dockerfile("", "COPI file /"), Token);

        Assert.AreEqual(("KTR2015", 3), (problem.Code, problem.Location?.Line));
    }
}
