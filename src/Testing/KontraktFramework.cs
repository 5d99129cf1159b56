using Kontrakt.Diagnostics;
using Kontrakt.Runs;
using Kontrakt.Settings;
using Microsoft.Testing.Platform.Configurations;
using Microsoft.Testing.Platform.Extensions.Messages;
using Microsoft.Testing.Platform.Extensions.TestFramework;
using Microsoft.Testing.Platform.Requests;
using Microsoft.Testing.Platform.Services;

namespace Kontrakt.Testing;

/// <summary>Kontrakts as tests of Microsoft.Testing.Platform: finds them without a cluster, runs those that were asked for, and reports each as it goes.</summary>
internal sealed class KontraktFramework(IServiceProvider services, NothingMeant nothing, CancellationToken ending) : ITestFramework, IDataProducer
{
    private readonly RunnerOutput _output = new(services);
    private readonly List<Diagnostic> _unlisted = [];

    public string Uid => "kontrakt";

    public string Version => ThisAssembly.Version;

    public string DisplayName => "Kontrakt";

    public string Description => "Kubernetes YAML as tests.";

    public Type[] DataTypesProduced { get; } = [typeof(TestNodeUpdateMessage), typeof(SessionFileArtifact)];

    public Task<bool> IsEnabledAsync() => Task.FromResult(true);

    public Task<CreateTestSessionResult> CreateTestSessionAsync(CreateTestSessionContext context) => Task.FromResult(new CreateTestSessionResult { IsSuccess = true });

    /// <summary>A list has no failures: that it is not whole is a failure of the session, whose exit code is 10.</summary>
    public Task<CloseTestSessionResult> CloseTestSessionAsync(CloseTestSessionContext context) => Task.FromResult(_unlisted.Count == 0
        ? new CloseTestSessionResult { IsSuccess = true }
        : new CloseTestSessionResult { IsSuccess = false, ErrorMessage = string.Join('\n', _unlisted) });

    public async Task ExecuteRequestAsync(ExecuteRequestContext context)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, ending);
        try
        {
            if (context.Request is TestExecutionRequest request)
                await ExecuteAsync(context, request, cancellation.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            // The platform does not know about this end: the exit code tells it.
        }
        catch (KontraktException failure)
        {
            // That there is nothing to run is the platform's to judge: its exit code for it is 8.
            nothing.WasMeant = KontraktSelection.IsNone(failure);
            if (nothing.WasMeant)
                await _output.SayAsync(failure.Diagnostics[0].ToString(), CancellationToken.None);
            else
                await PublishAsync(new(this, context.MessageBus, context.Request.Session.SessionUid), context.Request, failure.Diagnostics);
        }
        finally
        {
            context.Complete();
        }
    }

    private async Task ExecuteAsync(ExecuteRequestContext context, TestExecutionRequest request, CancellationToken cancellationToken)
    {
        var project = ProjectSettings.Read(Option(RunnerOptions.Kontrakts) ?? "");
        nothing.MayBe = !project.Required;
        var settings = project.ToSettings(Option(RunnerOptions.Filter) ?? "");
        var said = new SaidWhileReading();
        var selection = await Selection.ReadAsync(settings, request.Filter, said, cancellationToken);
        foreach (var text in said.Texts)
            await _output.SayAsync(text, cancellationToken);
        nothing.WasMeant = selection.Entries.Count + selection.Problems.Count == 0;
        var publisher = new NodePublisher(this, context.MessageBus, request.Session.SessionUid);
        if (request is DiscoverTestExecutionRequest)
            foreach (var entry in selection.Entries)
                await publisher.PublishAsync(entry, Nodes.Of(entry, DiscoveredTestNodeStateProperty.CachedInstance));
        await PublishAsync(publisher, request, selection.Problems);
        if (request is DiscoverTestExecutionRequest)
            return;
        var reporting = WithTrx(settings, project);
        if (selection.Entries.Count > 0)
            await new KontraktSession(project, reporting, selection, publisher).RunAsync(cancellationToken);
        if (settings.Trx != reporting.Trx && reporting.Trx is { } trx && File.Exists(trx))
            await context.MessageBus.PublishAsync(this, new SessionFileArtifact(request.Session.SessionUid, new FileInfo(trx), "TRX"));
    }

    private KontraktSettings WithTrx(KontraktSettings settings, ProjectSettings project)
    {
        if (!services.GetCommandLineOptions().IsOptionSet(RunnerOptions.Trx))
            return settings;
        var name = Option(RunnerOptions.TrxFileName) ?? $"{Path.GetFileNameWithoutExtension(project.ProjectFile)}.trx";
        return settings with { Trx = Path.Combine(services.GetConfiguration().GetTestResultDirectory(), name) };
    }

    /// <summary>What kept something, or everything, from running, as failures; of a list, as lines of it and as the reason why it is not whole.</summary>
    private async Task PublishAsync(NodePublisher publisher, IRequest request, IReadOnlyList<Diagnostic> problems)
    {
        var listing = request is DiscoverTestExecutionRequest;
        foreach (var problem in problems)
            await publisher.PublishAsync(Nodes.Of(problem, listing ? DiscoveredTestNodeStateProperty.CachedInstance : new ErrorTestNodeStateProperty(problem.ToString())));
        if (!listing)
            return;
        _unlisted.AddRange(problems);
        foreach (var problem in problems)
            await _output.TellDotnetTestAsync(problem.ToString());
    }

    private string? Option(string name) => services.GetCommandLineOptions().TryGetOptionArgumentList(name, out var arguments) ? arguments[0] : null;
}
