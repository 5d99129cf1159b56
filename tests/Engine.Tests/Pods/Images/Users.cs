using Kontrakt.Engine.Pods.Images;

namespace Engine.Tests.Pods.Images;

/// <summary>Users are those of the image as the container sees it, whatever its layers hold.</summary>
[TestClass]
public sealed class Users : IDisposable
{
    private const string Passwd = "root:x:0:0:root:/root:/bin/sh\n# none\nbroken:x\napp:x:1654:1654::/home/app:/bin/sh\n7:x:70:70::/:/bin/sh\n";
    private const string Group = "root:x:0:\napp:x:1654:\nstaff:x:50:app,other\naudio:x:29:other,app\n";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("kontrakt-users-");

    public void Dispose() => FolderTree.Delete(folder.FullName);

    [TestMethod]
    [DataRow("", 0U, 0U, "", "/root")]
    [DataRow("app", 1654U, 1654U, "50,29", "/home/app")]
    [DataRow("1654", 1654U, 1654U, "50,29", "/home/app")]
    [DataRow("app:staff", 1654U, 50U, "", "/home/app")]
    [DataRow("app:0", 1654U, 0U, "", "/home/app")]
    [DataRow("4711", 4711U, 0U, "", "/")]
    [DataRow("4711:4712", 4711U, 4712U, "", "/")]
    [DataRow("7", 70U, 70U, "", "/")]
    public void AreFoundByNameOrNumber(string user, uint userId, uint groupId, string groups, string home)
    {
        var found = ImageUsers.Find([Layer(("etc/passwd", Passwd), ("etc/group", Group))], user);

        Assert.AreEqual((userId, groupId, home), (found.UserId, found.GroupId, found.Home));
        Assert.AreEqual(groups, string.Join(',', found.SupplementaryGroups));
    }

    [TestMethod]
    [DataRow("nobody", "unable to find user nobody: no matching entries in passwd file")]
    [DataRow("4294967295", "unable to find user 4294967295: no matching entries in passwd file")]
    [DataRow("app:nobody", "unable to find group nobody: no matching entries in group file")]
    public void ThatTheImageDoesNotKnowAreNamed(string user, string message)
    {
        var layer = Layer(("etc/passwd", Passwd), ("etc/group", Group));

        var unknown = Assert.ThrowsExactly<ImageUserException>(() => ImageUsers.Find([layer], user));

        Assert.AreEqual(message, unknown.Message);
    }

    [TestMethod]
    public void ANumberNeedsNoFile()
    {
        var found = ImageUsers.Find([Layer(("bin/app", ""))], 1000, 2000);

        Assert.AreEqual((1000U, 2000U), (found.UserId, found.GroupId));
    }

    [TestMethod]
    public void TheHighestLayerWins()
    {
        var lower = Layer(("etc/passwd", "app:x:1:1::/:"));
        var upper = Layer(("etc/passwd", "app:x:2:2::/:"));

        Assert.AreEqual(2U, ImageUsers.Find([lower, upper], "app").UserId);
        Assert.AreEqual(1U, ImageUsers.Find([upper, lower], "app").UserId);
    }

    [TestMethod]
    public void WhatIsHiddenIsNotSeen()
    {
        var lower = Layer(("etc/passwd", "app:x:1:1::/:"));
        var hidesFile = Layer(("etc/other", ""));
        Hide(hidesFile, "etc", "passwd");
        var hidesFolder = Layer(("other", ""));
        Hide(hidesFolder, ".", "etc");
        var opaque = Layer(("etc/other", ""));
        using (var etc = FolderTree.Open(Path.Combine(opaque, "etc")))
            OverlayMarks.OfThisProcess.MakeOpaque(etc, "etc");

        foreach (var upper in new[] { hidesFile, hidesFolder, opaque })
            Assert.ThrowsExactly<ImageUserException>(() => ImageUsers.Find([lower, upper], "app"));
        Assert.AreEqual(1U, ImageUsers.Find([hidesFile, lower], "app").UserId);
    }

    [TestMethod]
    public void LinksLeadWithinTheImage()
    {
        var outside = Layer(("passwd", "app:x:666:666::/:"));
        var lower = Layer(("usr/share/passwd", "app:x:1:1::/:"), ("etc/other", ""));
        var upper = Layer(("other", ""));
        File.CreateSymbolicLink(Path.Combine(lower, "etc/passwd"), $"../../../../../../..{Path.Combine(outside, "passwd")}");
        File.CreateSymbolicLink(Path.Combine(upper, "etc"), "usr/share");

        Assert.ThrowsExactly<ImageUserException>(() => ImageUsers.Find([lower], "app"));
        Assert.AreEqual(1U, ImageUsers.Find([lower, upper], "app").UserId);
    }

    [TestMethod]
    public void LinksInACircleAndOtherThanFilesAreErrors()
    {
        var circle = Layer(("etc/other", ""));
        File.CreateSymbolicLink(Path.Combine(circle, "etc/passwd"), "/etc/passwd");
        var directory = Layer(("etc/passwd/x", ""));

        foreach (var layer in new[] { circle, directory })
            StringAssert.Contains(Assert.ThrowsExactly<ImageUserException>(() => ImageUsers.Find([layer], "app")).Message, "cannot be looked up");
    }

    private string Layer(params (string Name, string Text)[] files)
    {
        var layer = folder.CreateSubdirectory(Guid.NewGuid().ToString("N")).FullName;
        foreach (var (name, text) in files)
        {
            var path = Path.Combine(layer, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        return layer;
    }

    private static void Hide(string layer, string directory, string name)
    {
        using var handle = FolderTree.Open(Path.Combine(layer, directory));
        Assert.AreEqual(0, LinuxFiles.MakeNode(handle, LayerPathName.Native(name), LinuxFiles.CharacterDevice, 0));
    }
}
