using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Reports.Documents;
using Kontrakt.Runs;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>Prints each kontrakt: name, folder, number of objects, number of tests and assertions; tabs between. Begins no run.</summary>
internal sealed class ListVerb() : Verb("list", "List the kontrakts below the directory, and check their manifests")
{
    public override IEnumerable<Setting> Settings => Setting.Of(SettingGroup.WhatRuns, SettingGroup.Selection);

    public override IReadOnlyList<string> Examples => ["kontrakt list -f samples/Shop", "kontrakt list --since main"];

    public override CommandDocument Document => new ListDocument([]);

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var (kontrakts, problems) = await TestListing.ReadAsync(context.Settings, Name, context.Log, cancellationToken);
        foreach (var kontrakt in kontrakts)
            await context.Output.WriteLineAsync(Line(kontrakt));
        context.AnswerWith(new ListDocument([.. kontrakts.Select(ListedKontrakt.From)]));
        KontraktException.ThrowIfAny(problems);
        return true;
    }

    private static string Line(KontraktManifests kontrakt)
    {
        var tests = kontrakt.PodTemplates.Count(template => template.Label is not (KontraktLabel.None or KontraktLabel.Target)) + kontrakt.Assertions.Count;
        return string.Join('\t', kontrakt.Folder.Name, kontrakt.Folder.Directory, kontrakt.Objects.Count, tests);
    }
}
