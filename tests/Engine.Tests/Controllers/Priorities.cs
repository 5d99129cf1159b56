using Kontrakt.Engine.Store;

namespace Engine.Tests.Controllers;

/// <summary>A pod has the number of its class.</summary>
[TestClass]
public sealed class Priorities
{
    [TestMethod]
    [Timeout(120_000)]
    [DataRow("", "0 ")]
    [DataRow("priorityClassName: high", "1000 high")]
    [DataRow("priorityClassName: high, priority: 1000", "1000 high")]
    [DataRow("priorityClassName: system-node-critical", "2000001000 system-node-critical")]
    public async Task IsThatOfTheClass(string spec, string expected)
    {
        await using var cluster = await StartAsync();

        var pod = cluster.Create(Pod(spec)).View;

        Assert.AreEqual(expected, $"{pod.Text("spec", "priority")} {pod.Text("spec", "priorityClassName")}");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task IsThatOfTheDefaultWhereThereIsOne()
    {
        await using var cluster = await StartAsync();
        cluster.Create("{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: usual}, value: 7, globalDefault: true, preemptionPolicy: Never}");

        var pod = cluster.Create(Pod("")).View;

        Assert.AreEqual(("7", "usual", "Never"), (pod.Text("spec", "priority"), pod.Text("spec", "priorityClassName"), pod.Text("spec", "preemptionPolicy")));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("priorityClassName: other", "no PriorityClass with name other was found")]
    [DataRow("priorityClassName: high, preemptionPolicy: Never", "the string value of PreemptionPolicy (Never) must not be provided in pod spec")]
    [DataRow("priority: 7", "the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 0")]
    public async Task OfWhatIsNoneIsRefused(string spec, string message)
    {
        await using var cluster = await StartAsync();

        var refused = Assert.ThrowsExactly<StatusException>(() => cluster.Create(Pod(spec)));

        Assert.AreEqual(403, refused.Code);
        Assert.Contains(message, refused.Message);
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("metadata: {name: system-mine}, value: 1", "are reserved for system use only")]
    [DataRow("metadata: {name: mine}, value: 1000000001", "maximum allowed value of a user defined priority is 1000000000")]
    [DataRow("metadata: {name: mine}, value: 1, preemptionPolicy: Sometimes", "Unsupported value: \"Sometimes\"")]
    public async Task AClassThatCannotBeIsRefused(string yaml, string message)
    {
        await using var cluster = new RunningControllers();

        Assert.Contains(message, Assert.ThrowsExactly<StatusException>(() => cluster.Create($"{{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, {yaml}}}")).Message);
    }

    private static async Task<RunningControllers> StartAsync()
    {
        var cluster = new RunningControllers();
        await cluster.UntilAsync(new(Kinds.PriorityClass, "", "system-node-critical"), _ => true);
        cluster.Create("{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 1000}");
        return cluster;
    }

    private static string Pod(string spec) => $"{{apiVersion: v1, kind: Pod, metadata: {{name: p}}, spec: {{containers: [{{name: c, image: one}}], {spec}}}}}";
}
