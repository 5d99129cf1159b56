using Kontrakt.Diagnostics;
using Kontrakt.Doctor;
using Kontrakt.Engine.Pods.Sandboxes;
using Kontrakt.Reports.Documents;
using Kontrakt.Settings;
using Kontrakt.Tool.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>Prints what a run with these settings could and could not do here, a line for each check; fails where no run could work.</summary>
internal sealed class DoctorVerb() : Verb("doctor", "Check what a run needs here: machine, engine, cluster, rights, registry, SDK, git; print what was seen and how to fix it")
{
    public override IEnumerable<Setting> Settings => Setting.Of(SettingGroup.WhatRuns, SettingGroup.Images, SettingGroup.Cluster, SettingGroup.Selection);

    public override IReadOnlyList<string> Examples => ["kontrakt doctor", "kontrakt doctor --context kind-kind --repository localhost:5000/shop", "kontrakt doctor --output json"];

    public override CommandDocument Document => new DoctorDocument(false, []);

    /// <summary>One that cannot be read is a result like any other.</summary>
    public override bool ReadsProject => false;

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var results = new List<CheckResult>();
        var (settings, project) = OfTheProject(context);
        await foreach (var found in Examination.MakeAsync(settings.Settings, settings.Images, context.Log, context.Variable, [project, .. OfTheEngine()], cancellationToken))
        {
            var result = found with { Seen = context.Log.Names.In(found.Seen), Remedy = found.Remedy is { } remedy ? context.Log.Names.In(remedy) : null };
            results.Add(result);
            await context.Output.WriteLineAsync(result.ToString());
        }
        var works = results.TrueForAll(result => result.State != CheckState.Failed);
        context.AnswerWith(new DoctorDocument(works, results));
        return works;
    }

    /// <summary>What a run would work with; where the project cannot be read, everything except that.</summary>
    private static (CommandSettings Settings, Check Check) OfTheProject(VerbContext context)
    {
        try
        {
            var read = CommandSettings.Read(context.Arguments, context.Variable, context.Log);
            return (read, new("project", _ => Task.FromResult(read.Unread.Count == 0 ? Finding.Ok("what the project of the directory sets, if it has one, can be read")
                : Finding.Warning($"what {string.Join(", ", read.Unread.Select(Path.GetFileName))} sets is not known, and a run would not use it: no .NET SDK can read it", "install the .NET SDK that global.json names, or give the settings as options"))));
        }
        catch (KontraktException failure)
        {
            return (new(context.Settings, []), new("project", _ => Task.FromException<Finding>(failure)) { Remedy = "correct the project, or leave it out: kontrakt doctor --project none" });
        }
    }

    /// <summary>What the engine's own code finds out about this machine.</summary>
    private static IEnumerable<Check> OfTheEngine() => OperatingSystem.IsLinux() ? [new("cgroups", _ => Task.FromResult(Limits()))] : [];

    private static Finding Limits()
    {
        var machine = ContainerMachine.Current;
        return machine.Refusal is { } refusal ? Finding.Warning($"on the embedded engine, {refusal}", "kontrakt run --context NAME")
            : ContainerMachine.LimitsNotKept.Count == 0 ? Finding.Ok("the embedded engine can limit memory, processes and processors of pods")
            : Finding.Warning($"on the embedded engine, {string.Join("; ", ContainerMachine.LimitsNotKept)}", "run as root, give this user a delegated cgroup, or run on a cluster: kontrakt run --context NAME");
    }
}
