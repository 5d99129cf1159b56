using System.CommandLine;
using Kontrakt.Diagnostics;
using Kontrakt.Pipelines.Init;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>Writes a first kontrakt, and a workflow that runs it; prints the files.</summary>
internal sealed class InitVerb : Verb
{
    public override IEnumerable<Setting> Settings => Setting.Of(nameof(KontraktSettings.Directory));

    public override IReadOnlyList<string> Examples => ["kontrakt init src/Api", "kontrakt init compose.yaml --ci gitlab"];

    private readonly Argument<string> _source = new("SOURCE") { Description = "A project, a Dockerfile, a compose file, or a folder with one; default: --directory", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> _output = new("--output", "-o") { Description = "Folder for the manifests; default: 'kontrakt' beside the source", HelpName = "DIR" };
    private readonly Option<string> _system = new("--ci") { Description = "Which CI the workflow is for; default: github, or none where it has one", HelpName = string.Join('|', Workflows.Systems) };

    public InitVerb()
        : base("init", "Write a first kontrakt for a project, a Dockerfile or the services of a compose file, and a CI workflow; print the files") =>
        _system.CompletionSources.Add([.. Workflows.Systems]);

    public override IReadOnlyList<Argument> Arguments => [_source];

    public override IReadOnlyList<Option> Options => [_output, _system];

    /// <summary>It begins where there is nothing yet.</summary>
    public override bool ReadsProject => false;

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var source = StartFolder.Resolve(context.Arguments.GetValue(_source) ?? context.Settings.Directory);
        var plan = InitPlanner.Plan(source, context.Arguments.GetValue(_output) is { } output ? Found(output) : null);
        if (Workflow(context, plan) is { } workflow)
            plan = plan with { Files = [.. plan.Files, workflow] };
        plan.Write();
        foreach (var note in plan.Notes)
            context.Log.Report(new RunEvent.Reported(note with { Severity = Severity.Warning }));
        foreach (var file in plan.Files)
            await context.Output.WriteLineAsync(file.Path);
        var here = Path.GetRelativePath(StartFolder.FullPath, Home(plan));
        context.Say($"next: kontrakt run{(here == "." ? "" : $" --directory {here}")}");
        return true;
    }

    /// <exception cref="KontraktException">No run would find it.</exception>
    private static string Found(string output)
    {
        var folder = Path.TrimEndingDirectorySeparator(StartFolder.Resolve(output));
        // Also below a folder of kontrakts.
        return new[] { folder, Path.GetDirectoryName(folder) }.Any(each => Path.GetFileName(each)?.Contains("kontrakt", StringComparison.OrdinalIgnoreCase) == true) ? folder
            : throw Ktr.InvalidSetting.Error(null, "--output", output, $"a kontrakt is found by the name of its folder, which has to contain 'kontrakt': write {Path.Combine(output, "kontrakt")}, for example");
    }

    /// <summary>The folder below which the manifests are found.</summary>
    private static string Home(InitPlan plan) => Path.GetDirectoryName(Path.GetDirectoryName(plan.Files[0].Path)) ?? "/";

    /// <summary>At the root of the repository; one that exists stays, unless it was asked for, which is an error then.</summary>
    private InitFile? Workflow(VerbContext context, InitPlan plan)
    {
        var given = context.Arguments.GetValue(_system);
        if (given is not null && !Workflows.Systems.Contains(given, StringComparer.Ordinal))
            throw Ktr.InvalidSetting.Error(null, "--ci", given, $"write {string.Join(", ", Workflows.Systems)}");
        if (given is null && !Workflows.IsSeen(Home(plan)))
        {
            context.Say($"no CI workflow was written, for '{Home(plan)}' is not in a git repository; --ci github or --ci gitlab writes one all the same");
            return null;
        }
        var workflow = Workflows.For(given ?? "github", Home(plan));
        return given is null && workflow is not null && File.Exists(workflow.Path) ? null : workflow;
    }
}
