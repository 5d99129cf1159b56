namespace Kontrakt.Oci.Layers;

/// <summary>What has to be written for a folder of an image. Paths are relative to it.</summary>
internal sealed record FolderPlan(IReadOnlyList<string> Folders, IReadOnlyList<FolderPlan.PlannedFile> Files, IReadOnlyList<(string Path, string Target)> Links)
{
    /// <param name="Node">Whose content it has.</param>
    public sealed record PlannedFile(string Path, TreeNode Node);

    public long Size => Files.Sum(file => file.Node.Size);

    /// <param name="root">A folder of the tree.</param>
    /// <exception cref="FormatException">A link leads to a folder outside, or nowhere; for the end of a sentence.</exception>
    public static FolderPlan For(ImageTree tree, string root)
    {
        var (folders, files, links) = (new List<string>(), new List<PlannedFile>(), new List<(string, string)>());
        foreach (var path in tree.Below(root))
        {
            if (tree.Find(path) is not { } node)
                continue;
            var relative = root.Length == 0 ? path : path[(root.Length + 1)..];
            if (node.Kind == TreeKind.Folder)
                folders.Add(relative);
            else if (node.Kind == TreeKind.File)
                files.Add(new(relative, node));
            else if (node.Kind == TreeKind.Link)
                AddLink(tree, root, path, relative, node.Target ?? "", files, links);
        }
        return new(folders, files, links);
    }

    private static void AddLink(ImageTree tree, string root, string path, string relative, string target, List<PlannedFile> files, List<(string, string)> links)
    {
        var end = tree.Resolve(ImageTree.TargetOf(path, target)) ?? throw new FormatException($"its link '/{path}' leads to '{target}', where there is nothing");
        if (tree.Find(end) is { Kind: TreeKind.File } file)
            files.Add(new(relative, file));
        else if (root.Length == 0 || end == root || end.StartsWith(root + "/", StringComparison.Ordinal))
            links.Add((relative, Path.GetRelativePath("/" + path[..Math.Max(0, path.LastIndexOf('/'))], "/" + end).Replace('\\', '/')));
        else
            throw new FormatException($"its link '/{path}' leads to '/{end}', a folder outside of '/{root}'");
    }
}
