using System.Text.RegularExpressions;
using TileProof.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace TileProof.Tests.Packaging;

/// <summary>The workflows have the form that GitHub Actions takes: known keys, one action or command a step, pinned actions.</summary>
public sealed partial class WorkflowTests
{
    private static readonly string[] OfAFile = ["name", "on", "permissions", "jobs", "env", "concurrency"];
    private static readonly string[] OfAJob = ["runs-on", "timeout-minutes", "permissions", "steps", "needs", "if", "env", "strategy"];
    private static readonly string[] OfAStep = ["name", "id", "if", "uses", "with", "run", "env", "shell", "working-directory", "continue-on-error"];

    [Theory]
    [InlineData(".github/workflows/ci.yml")]
    [InlineData("docs/examples/kernels-workflow.yml")]
    public void Workflow_HasTheFormOfGitHubActions(string path)
    {
        string text = File.ReadAllText(Path.Combine(RepositoryPaths.RepositoryRoot, path));
        var yaml = new YamlStream();
        using var reader = new StringReader(text);
        yaml.Load(reader);
        var file = (YamlMappingNode)Assert.Single(yaml.Documents).RootNode;
        RequireKeys(file, OfAFile);
        Assert.Contains("on", KeysOf(file));
        Assert.Equal("read", Text(((YamlMappingNode)file.Children[new YamlScalarNode("permissions")]).Children[new YamlScalarNode("contents")]));
        foreach (YamlMappingNode job in ((YamlMappingNode)file.Children[new YamlScalarNode("jobs")]).Children.Values.Cast<YamlMappingNode>())
        {
            RequireKeys(job, OfAJob);
            Assert.Contains("runs-on", KeysOf(job));
            Assert.Contains("timeout-minutes", KeysOf(job));
            foreach (YamlMappingNode step in ((YamlSequenceNode)job.Children[new YamlScalarNode("steps")]).Cast<YamlMappingNode>())
            {
                RequireKeys(step, OfAStep);
                string[] keys = KeysOf(step);
                Assert.Equal(1, keys.Count(static key => key is "uses" or "run"));
                if (step.Children.TryGetValue(new YamlScalarNode("uses"), out YamlNode? action))
                {
                    Assert.Matches(Pinned(), Text(action));
                }
            }
        }

        // What is quoted from an expression never becomes part of a command line: it may come from a pull request.
        Assert.DoesNotMatch(ExpressionInCommand(), text);
    }

    private static void RequireKeys(YamlMappingNode node, string[] allowed) => Assert.Empty(KeysOf(node).Except(allowed, StringComparer.Ordinal));

    private static string[] KeysOf(YamlMappingNode node) => [.. node.Children.Keys.Select(Text)];

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    [GeneratedRegex(@"^[a-z-]+/[a-z-]+(/[a-z-]+)?@v\d+$")]
    private static partial Regex Pinned();

    [GeneratedRegex(@"run: [^\n]*\$\{\{")]
    private static partial Regex ExpressionInCommand();
}
