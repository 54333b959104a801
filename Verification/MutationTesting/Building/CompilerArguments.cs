using System.Diagnostics;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace TileProof.MutationTesting.Building;

/// <summary>What the build passes to the compiler for one project.</summary>
internal sealed class CompilerArguments
{
    private readonly string folder;
    private readonly CSharpCommandLineArguments arguments;

    private CompilerArguments(string folder, CSharpCommandLineArguments arguments)
    {
        this.folder = folder;
        this.arguments = arguments;
    }

    /// <summary>The file name of the assembly.</summary>
    public string OutputFileName => arguments.OutputFileName!;

    /// <summary>The resources that the assembly carries.</summary>
    public IEnumerable<ResourceDescription> Resources => arguments.ManifestResources;

    /// <summary>The source files, by full path.</summary>
    public IEnumerable<string> SourceFiles => arguments.SourceFiles.Select(source => Path.GetFullPath(source.Path, folder));

    /// <summary>How the source files are read.</summary>
    public CSharpParseOptions ParseOptions => arguments.ParseOptions;

    /// <summary>Asks the build; nothing is compiled.</summary>
    /// <exception cref="MutationTestingException">The build does not say.</exception>
    public static CompilerArguments Read(string project)
    {
        string[] properties =
        [
            "Configuration=Release", "BuildProjectReferences=false", "ProvideCommandLineArgs=true", "SkipCompilerExecution=true",
            "NonExistentFile=__none__/__none__",
        ];
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (string argument in (string[])["msbuild", project, "-nologo", "-t:PrepareResources;Compile", "-getItem:CscCommandLineArgs", .. properties.Select(static property => "-p:" + property)])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new MutationTestingException($"the build does not say how '{project}' is compiled: build it first");
        }

        using JsonDocument document = JsonDocument.Parse(output);
        string[] arguments = document.RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray()
            .Select(static item => item.GetProperty("Identity").GetString()!)
            .ToArray();
        string folder = Path.GetDirectoryName(Path.GetFullPath(project))!;
        return new CompilerArguments(folder, CSharpCommandLineParser.Default.Parse(arguments, folder, sdkDirectory: null));
    }

    /// <summary>Parses a source file; the path is kept.</summary>
    public SyntaxTree Parse(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return CSharpSyntaxTree.ParseText(SourceText.From(stream), ParseOptions, path);
    }

    /// <summary>The compilation of the given trees and of what the source generators of the project make of them.</summary>
    public CSharpCompilation Compile(IEnumerable<SyntaxTree> trees)
    {
        IEnumerable<MetadataReference> references = arguments.MetadataReferences
            .Select(reference => MetadataReference.CreateFromFile(Path.GetFullPath(reference.Reference, folder), reference.Properties));
        CSharpCompilationOptions options = arguments.CompilationOptions
            .WithGeneralDiagnosticOption(ReportDiagnostic.Suppress)
            .WithSpecificDiagnosticOptions([])
            .WithReportSuppressedDiagnostics(false);
        CSharpCompilation compilation = CSharpCompilation.Create(arguments.CompilationName, trees, references, options);
        CSharpGeneratorDriver.Create(Generators(), parseOptions: ParseOptions)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation generated, out _);
        return (CSharpCompilation)generated;
    }

    private IEnumerable<ISourceGenerator> Generators()
    {
        var loader = new GeneratorLoader();
        return arguments.AnalyzerReferences
            .Where(static reference => Path.GetFileName(reference.FilePath).Contains("Generat", StringComparison.Ordinal))
            .SelectMany(reference => new AnalyzerFileReference(Path.GetFullPath(reference.FilePath, folder), loader).GetGenerators(LanguageNames.CSharp));
    }
}
