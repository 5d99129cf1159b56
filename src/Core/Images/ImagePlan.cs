using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Templates;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Sources;
using Kontrakt.Settings;

namespace Kontrakt.Images;

/// <summary>What a run has to build: each source once, whoever names it, with names of repositories.</summary>
public sealed record ImagePlan(IReadOnlyList<ImageSource> Images)
{
    public IReadOnlyList<ImageSource.Project> Projects { get; } = [.. Images.OfType<ImageSource.Project>()];

    /// <summary>What is built in the cluster.</summary>
    public IReadOnlyList<ImageSource> Builds { get; } = [.. Images.Where(image => image is not ImageSource.Project)];

    /// <exception cref="KontraktException">Every use and item that cannot be understood, and every name that two sources share.</exception>
    public static ImagePlan Of(IEnumerable<ImageUse> uses, IEnumerable<ImageItem> items) => new Planner(null, uniqueNames: true).Plan(items, uses, []);

    /// <summary>The same of whole kontrakts, which may hold Build documents, with everything that is wrong with uses of the templates that the settings name.</summary>
    /// <exception cref="KontraktException">That, and as above.</exception>
    public static ImagePlan Of(IReadOnlyList<KontraktManifests> kontrakts, IEnumerable<ImageItem> items, KontraktSettings settings) => new Planner(new(settings), uniqueNames: true)
        .Plan(items, kontrakts.SelectMany(kontrakt => kontrakt.Images), kontrakts.SelectMany(kontrakt => kontrakt.Builds));

    /// <summary>What one kontrakt names. Two sources may share a name: an item, of which nothing is known here, may give them others.</summary>
    /// <param name="templates">Looks at how templates are used; null: nobody asks.</param>
    /// <exception cref="KontraktException">Every use that cannot be understood.</exception>
    internal static ImagePlan NeededBy(KontraktManifests kontrakt, TemplateChecks? templates) => new Planner(templates, uniqueNames: false).Plan([], kontrakt.Images, kontrakt.Builds);

    private sealed class Planner
    {
        private readonly List<Diagnostic> _problems = [];
        private readonly List<ImageSource> _images = [];
        private readonly HashSet<string> _known = new(StringComparer.Ordinal);
        private readonly ImageNames _names;
        private readonly TemplateChecks? _templates;

        public Planner(TemplateChecks? templates, bool uniqueNames) => (_names, _templates) = (new(_problems, uniqueNames), templates);

        /// <summary>Items come first: a use of the same source then means the item.</summary>
        public ImagePlan Plan(IEnumerable<ImageItem> items, IEnumerable<ImageUse> uses, IEnumerable<BuildNode> builds)
        {
            foreach (var item in items)
                Read(() => Add(SourceReader.Read(item)));
            foreach (var use in uses)
                Read(() =>
                {
                    if (use.Source is not ImageSource.Reference && use.Source.FindIn(_known) is null)
                        Add(use.Source);
                });
            foreach (var (document, source) in KontraktBuilds.Read(builds, _problems))
            {
                if (_known.Contains(source.Key))
                    _problems.Add(Ktr.BuildDocumentInvalid.At(document.Location, $"the build '{document.Name}'", "another one of this file has its name"));
                Add(source);
                _problems.AddRange(_templates?.Check(document) ?? []);
            }
            KontraktException.ThrowIfAny(_problems);
            return new([.. _images.OrderBy(image => image.Name, StringComparer.Ordinal)]);
        }

        private void Add(ImageSource source)
        {
            if (!_known.Add(source.Key) || _names.Give(source) is not { } name)
                return;
            _images.Add(source with { Name = name });
            if (source is ImageSource.Template { Use: var use })
                _problems.AddRange(_templates?.Check(use) ?? []);
        }

        private void Read(Action add)
        {
            try
            {
                add();
            }
            catch (KontraktException error)
            {
                _problems.AddRange(error.Diagnostics);
            }
        }
    }
}

/// <summary>Gives each source a repository name of its own.</summary>
/// <param name="unique">False: several may have one.</param>
internal sealed partial class ImageNames(ICollection<Diagnostic> problems, bool unique)
{
    private readonly Dictionary<string, string> _sourceByName = new(StringComparer.Ordinal);

    /// <summary>The repository name of a source: from its own name, or the one that it has where nobody says; null, and a problem, where it cannot have this one.</summary>
    public string? Give(ImageSource source)
    {
        var name = source.Name.Length > 0 ? source.Name : source.DefaultName;
        var repository = Normalize(name);
        if (repository.Length == 0)
            problems.Add(Ktr.InvalidSetting.At(source.Location, "the image name", name, "no letter or digit is left of it; set Name on the KontraktImage item"));
        else if (!_sourceByName.TryAdd(repository, source.Key) && unique)
            problems.Add(Ktr.ImageNameTwice.At(source.Location, repository, _sourceByName[repository], source.Key));
        else
            return repository;
        return null;
    }

    /// <summary>
    /// A repository path that the distribution specification accepts (end-12, "name"): lower case, components of letters and digits with
    /// single separators between them.
    /// </summary>
    internal static string Normalize(string name) =>
        string.Join('/', name.ToLowerInvariant().Split('/')
            .Select(part => Separators().Replace(part, run => IsSeparator(run.Value) ? run.Value : "-").Trim('.', '_', '-'))
            .Where(part => part.Length > 0));

    private static bool IsSeparator(string run) => run is "." or "_" or "__" || run.All(character => character == '-');

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Separators();
}
