using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kontrakt.Diagnostics;
using Kontrakt.Settings;
using Kontrakt.Tasks;
using Microsoft.Build.Framework;

namespace Tasks.Tests;

/// <summary>MSBuild is silent about a misspelt name in a targets file; these tests are not.</summary>
[TestClass]
public sealed partial class Targets
{
    private static readonly string[] Folders = ["build", "buildTransitive", "buildMultiTargeting", "src/Sdk/Sdk"];

    private static readonly IReadOnlyList<(string Name, XDocument Xml)> Files = [.. Folders
        .SelectMany(folder => Directory.GetFiles(Path.Combine(Repository.Root, folder)))
        .Select(file => (Path.GetFileName(file), XDocument.Load(file)))];

    private static readonly IReadOnlyList<Type> Tasks =
        [.. typeof(KontraktTask).Assembly.GetExportedTypes().Where(type => typeof(ITask).IsAssignableFrom(type) && !type.IsAbstract)];

    private static readonly string Header = ((XComment)XDocument.Load(Path.Combine(Repository.Root, "build/Kontrakt.MSBuild.props")).FirstNode!).Value;

    [TestMethod]
    public void EveryPropertyThatIsReadIsDeclared()
    {
        var declared = DocumentedProperties().Concat(Set("PropertyName", "PropertyGroup")).Concat(Given()).ToHashSet();

        var unknown = Read(PropertyReads()).Where(use => !declared.Contains(use.Name) && !IsDependsOn(use.Name));

        Assert.AreEqual("", string.Join('\n', unknown));
    }

    [TestMethod]
    public void EveryItemThatIsReadIsDeclared()
    {
        var declared = DocumentedItems().Concat(Set("ItemName", "ItemGroup")).ToHashSet();

        var unknown = Read(ItemReads()).Where(use => !declared.Contains(use.Name));

        Assert.AreEqual("", string.Join('\n', unknown));
    }

    [TestMethod]
    public void EveryDocumentedPropertyIsRead()
    {
        var read = Read(PropertyReads()).Select(use => use.Name).ToHashSet();

        var unread = DocumentedProperties().Where(name => !read.Contains(name));

        Assert.AreEqual("", string.Join('\n', unread));
    }

    /// <summary>Or a property that is described would be refused as a mistyped one, and one that nobody reads would not.</summary>
    [TestMethod]
    public void EveryDocumentedPropertyIsKnownByName() =>
        CollectionAssert.AreEquivalent(DocumentedProperties().Where(name => name.StartsWith("Kontrakt", StringComparison.Ordinal)).Distinct().Order().ToArray(),
            PropertyNames.OfBuilds.Concat(SettingsReader.Names).Where(name => name.StartsWith("Kontrakt", StringComparison.Ordinal)).Distinct().Order().ToArray());

    [TestMethod]
    public void TasksGetOnlyParametersTheyHave()
    {
        var tasks = Tasks.ToDictionary(type => type.Name);

        var unknown = from file in Files
                      from element in file.Xml.Descendants()
                      let type = tasks.GetValueOrDefault(element.Name.LocalName.Split('.')[^1])
                      where type is not null
                      from name in element.Attributes().Select(attribute => attribute.Name.LocalName).Except(["Condition", "ContinueOnError"])
                          .Concat(element.Elements("Output").Select(output => output.Attribute("TaskParameter")?.Value ?? ""))
                      where type.GetProperty(name, BindingFlags.Public | BindingFlags.Instance) is null
                      select $"{file.Name}: {type.Name} has no {name}";

        Assert.AreEqual("", string.Join('\n', unknown));
    }

    [TestMethod]
    public void EveryTaskIsDeclaredOnceAndRunsInParallel()
    {
        var declared = Files.SelectMany(file => file.Xml.Descendants("UsingTask")).Select(element => element.Attribute("TaskName")?.Value).ToList();

        CollectionAssert.AreEquivalent(Tasks.Select(type => type.FullName).ToList(), declared);
        Assert.AreEqual("", string.Join('\n', Tasks.Where(type => type.IsSubclassOf(typeof(KontraktTask)) && type.CustomAttributes.All(each => each.AttributeType.Name != "MSBuildMultiThreadableTaskAttribute"))));
    }

    [TestMethod]
    public void EverySettingIsPassed()
    {
        var passed = Files.SelectMany(file => file.Xml.Descendants("_KontraktSetting")).Select(element => element.Attribute("Include")?.Value).OfType<string>()
            // Values in place of these, from dotnet test.
            .Where(name => name != "@(_KontraktTestSetting)");

        CollectionAssert.AreEquivalent(SettingsReader.Names.ToList(), passed.ToList());
    }

    [TestMethod]
    public void EveryCodeExists()
    {
        var known = typeof(Ktr).GetFields().Select(field => field.GetValue(null)).OfType<DiagnosticKind>().ToDictionary(kind => kind.Code);

        var wrong = from file in Files
                    from element in file.Xml.Descendants()
                    let code = element.Attribute("Code")?.Value
                    where code is not null
                    where !known.TryGetValue(code, out var kind) || element.Attribute("HelpLink")?.Value != kind.HelpLink
                    select $"{file.Name}: {code}";

        Assert.AreEqual("", string.Join('\n', wrong));
    }

    [TestMethod]
    public void RemoveTakesItems()
    {
        var wrong = from file in Files
                    from remove in file.Xml.Descendants().Attributes("Remove")
                    where remove.Value.StartsWith("$(_", StringComparison.Ordinal)
                    select $"{file.Name}: {remove}";

        Assert.AreEqual("", string.Join('\n', wrong));
    }

    /// <summary>The names in the head of Kontrakt.MSBuild.props.</summary>
    private static IEnumerable<string> DocumentedProperties() =>
        HeaderProperties().Matches(Header).Select(match => match.Groups[1].Value).Where(name => name.StartsWith("Kontrakt", StringComparison.Ordinal));

    private static IEnumerable<string> DocumentedItems() => HeaderItems().Matches(Header).Select(match => match.Groups[1].Value);

    /// <summary>Names set by tasks' outputs and by groups.</summary>
    private static IEnumerable<string> Set(string output, string group) => Files.SelectMany(file =>
        file.Xml.Descendants("Output").Attributes(output).Select(attribute => attribute.Value)
            .Concat(file.Xml.Descendants(group).Elements().Select(element => element.Name.LocalName)));

    /// <summary>
    /// Properties that Kontrakt.ProjectImages.targets gives to the projects it injects Kontrakt.Container.targets into, and what that file's head lets a
    /// project set; those that the command gives to Kontrakt.ProjectImages.proj.
    /// </summary>
    private static IEnumerable<string> Given() => Files.SelectMany(file =>
        GivenNames().Matches(string.Concat(file.Xml.Descendants("_KontraktImageProperties").Select(element => element.Value))
                + string.Concat(file.Xml.Descendants().Attributes("AdditionalProperties").Select(attribute => attribute.Value)))
            .Select(match => match.Groups[1].Value))
        .Concat(Files.SelectMany(file => file.Xml.Descendants("_KontraktDriverProperties").SelectMany(element => element.Value.Split(';'))))
        // Environment variables are properties.
        .Concat(Setting.All.Select(setting => setting.Variable).OfType<string>())
        .Append("KontraktImageRuntimeIdentifier");

    private static IEnumerable<(string File, string Name)> Read(Regex reads) =>
        from file in Files
        from text in file.Xml.Descendants().Attributes().Select(attribute => attribute.Value)
            .Concat(file.Xml.DescendantNodes().OfType<XText>().Select(node => node.Value))
        from Match match in reads.Matches(text)
        select (file.Name, match.Groups[1].Value);

    private static bool IsDependsOn(string name) => name.StartsWith("Kontrakt", StringComparison.Ordinal) && name.EndsWith("DependsOn", StringComparison.Ordinal);

    [GeneratedRegex(@"\$\((_?Kontrakt\w*)")]
    private static partial Regex PropertyReads();

    [GeneratedRegex(@"@\((_?Kontrakt\w*)")]
    private static partial Regex ItemReads();

    [GeneratedRegex(@"^    (\w+)  ", RegexOptions.Multiline)]
    private static partial Regex HeaderProperties();

    [GeneratedRegex(@"^    @\((\w+)\)  ", RegexOptions.Multiline)]
    private static partial Regex HeaderItems();

    [GeneratedRegex(@"(\w+)=")]
    private static partial Regex GivenNames();
}
