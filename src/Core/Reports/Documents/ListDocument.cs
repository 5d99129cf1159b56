using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Runs;

namespace Kontrakt.Reports.Documents;

/// <summary>What 'kontrakt list' finds.</summary>
/// <param name="Kontrakts">Those that are selected and can be read; what is wrong with others is in the diagnostics.</param>
public sealed record ListDocument(IReadOnlyList<ListedKontrakt> Kontrakts) : CommandDocument("list");

/// <param name="Directory">Its folder, a full path.</param>
/// <param name="RenderedFrom">The kustomization.yaml or Chart.yaml that its objects are rendered from, where it has one.</param>
/// <param name="Objects">How many objects are applied.</param>
/// <param name="Tests">Its tests and assertions, in the order of its files.</param>
/// <param name="Images">What its manifests name as images, as they are written there.</param>
public sealed record ListedKontrakt(string Name, string Directory, string? RenderedFrom, int Objects, IReadOnlyList<ListedTest> Tests, IReadOnlyList<ListedImage> Images)
{
    /// <exception cref="KontraktException">Annotations without a possible meaning.</exception>
    public static ListedKontrakt From(KontraktManifests kontrakt) => new(kontrakt.Folder.Name, kontrakt.Folder.Directory, kontrakt.Folder.RenderedFrom, kontrakt.Objects.Count,
        [.. TestEntry.Of(kontrakt).Where(entry => entry.Name is not null).Select(ListedTest.From)],
        [.. kontrakt.Images.Select(use => new ListedImage(use.Text, use.Location.File, use.Location.Line, use.Location.Column))]);
}

/// <param name="Name">By which --filter and 'dotnet test' know it.</param>
public sealed record ListedTest(string Name, bool IsAssertion, string File, int Line, int Column)
{
    internal static ListedTest From(TestEntry entry) => new(entry.FullName, entry.Test is null, entry.Location.File, entry.Location.Line, entry.Location.Column);
}

public sealed record ListedImage(string Image, string File, int Line, int Column);
