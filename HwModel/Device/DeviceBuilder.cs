using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Device;

/// <summary>Compiles device programs, and keeps what was compiled under a key of everything that went in.</summary>
public sealed partial class DeviceBuilder
{
    private const string Version = "6";
    private const int LargestBuildCount = 200;
    private const string SymbolFile = "symbols";

    /// <summary>Of the newer format, addr2line takes lines of a header for lines of the source where a function of the header stands first.</summary>
    private const string DebugFormat = "-gdwarf-4";

    private static readonly string[] Redefined =
    [
        "memset", "memcpy", "memmove", "exit", "_exit", "_Exit", "quick_exit", "abort", "malloc", "calloc", "realloc",
    ];

    private static readonly string[] RuntimeFlags =
    [
        "-std=gnu11", "-O2", "-ftree-vectorize", "-g", "-w", "-fno-pie", "-ffp-contract=off", "-fno-stack-protector", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls", "-fno-strict-aliasing",
    ];

    private readonly ConcurrentDictionary<string, Lazy<DeviceBuild>> builds = new(StringComparer.Ordinal);
    private readonly string folder;

    /// <summary>Makes a builder.</summary>
    /// <param name="folder">Where builds are kept; made where it is missing.</param>
    public DeviceBuilder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        this.folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(this.folder);
    }

    /// <summary>Programs that were compiled, not found.</summary>
    public int CompiledCount { get; private set; }

    /// <summary>Builds a program, or finds what was built before.</summary>
    /// <param name="program">The program.</param>
    /// <param name="layerTable">The text of the exported layer table; not used where the program brings its own.</param>
    /// <param name="machine">The banks and the vector width.</param>
    /// <exception cref="DeviceBuildException">It does not compile or link, or there is no compiler.</exception>
    public DeviceBuild Build(DeviceProgram program, string layerTable, DspConfiguration machine)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(layerTable);
        ArgumentNullException.ThrowIfNull(machine);
        DeviceCompiler compiler = DeviceCompiler.Find(program.Compiler);
        string[] defines =
        [
            "TILEPROOF=1",
            .. machine.Banks.Select(static (bytes, bank) => string.Create(CultureInfo.InvariantCulture, $"TILEPROOF_BANK{bank}_BYTES={bytes}")),
            string.Create(CultureInfo.InvariantCulture, $"TILEPROOF_BANK_COUNT={machine.Banks.Count}"),
            string.Create(CultureInfo.InvariantCulture, $"TILEPROOF_DMA_CHANNELS={machine.DmaChannelCount}"),
            string.Create(CultureInfo.InvariantCulture, $"TILEPROOF_CACHE_LINE_BYTES={machine.CacheLineBytes}"),
            string.Create(CultureInfo.InvariantCulture, $"TILEPROOF_VECTOR_BYTES={machine.VectorBytes}"),
            .. program.Defines,
        ];
        string key = KeyOf(program, compiler, layerTable, defines);
        return builds.GetOrAdd(key, _ => new Lazy<DeviceBuild>(() => FindOrCompile(key, program, compiler, layerTable, defines))).Value;
    }

    private static string KeyOf(DeviceProgram program, DeviceCompiler compiler, string layerTable, string[] defines)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string part in (string[])
        [
            Version, NativeFiles.Hash, compiler.Path, compiler.Version, program.LayerTableFile ?? layerTable, EntrySource.Write(program), .. defines, "|",
            program.IsInstrumented ? "instrumented" : "plain", .. program.Flags, "|", .. program.IncludeFolders, "|", .. program.Sources,
        ])
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
            hash.AppendData([0]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..24];
    }

    private DeviceBuild FindOrCompile(string key, DeviceProgram program, DeviceCompiler compiler, string layerTable, string[] defines)
    {
        string target = Path.Combine(folder, key);
        if (!DependencyList.IsCurrent(Path.Combine(target, "dependencies")))
        {
            Compile(target, program, compiler, layerTable, defines);
            DeleteOld();
        }

        Directory.SetLastWriteTimeUtc(target, DateTime.UtcNow);
        string executable = Path.Combine(target, "program");
        (List<BankVariable> variables, Dictionary<string, uint> functionEnds) = SymbolsOf(File.ReadAllText(Path.Combine(target, SymbolFile)));
        return new DeviceBuild(program, executable, variables, functionEnds);
    }

    private void Compile(string target, DeviceProgram program, DeviceCompiler compiler, string layerTable, string[] defines)
    {
        CompiledCount++;
        string native = NativeFiles.WriteTo(folder);
        string[] runtime = RuntimeObjects(native, compiler);
        string work = $"{target}.{Path.GetRandomFileName()}";
        Directory.CreateDirectory(work);
        try
        {
            string table = program.LayerTableFile ?? Path.Combine(work, "layer_configs.h");
            if (program.LayerTableFile is null)
            {
                File.WriteAllText(table, layerTable);
            }

            string entry = Path.Combine(work, EntrySource.FileName);
            File.WriteAllText(entry, EntrySource.Write(program));
            string[] common =
            [
                "-fno-pie", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls", "-w", .. defines.Select(static define => "-D" + define),
                .. program.IncludeFolders.Select(static include => "-I" + include), "-I" + Path.Combine(native, "include"), "-include", table,
            ];
            string[] objects = [.. program.Sources.Select((_, i) => Path.Combine(work, string.Create(CultureInfo.InvariantCulture, $"{i}.o")))];
            ForEach(objects.Length, i => CompileSource(program, compiler, program.Sources[i], objects[i], common));
            string entryObject = Path.Combine(work, "entry.o");
            Require(Command.Run(compiler.Path, ["-std=gnu11", "-O1", "-fno-strict-aliasing", DebugFormat, .. common, "-c", entry, "-o", entryObject]), "the entries", "");
            string executable = Path.Combine(work, "program");
            Link(program, compiler, native, [.. objects, entryObject, .. runtime], executable);
            File.WriteAllText(Path.Combine(work, SymbolFile), Command.Run("nm", ["-S", "--defined-only", executable])?.Output ?? "");
            DependencyList.Write(Path.Combine(work, "dependencies"), [.. objects.SelectMany(static file => DependencyList.Read(file + ".d")), .. program.Sources], native, work);
            foreach (string file in objects.SelectMany(static file => (string[])[file, file + ".d", file + ".weak"]).Append(entryObject))
            {
                File.Delete(file);
            }

            Publish(work, target);
        }
        finally
        {
            if (Directory.Exists(work))
            {
                Directory.Delete(work, recursive: true);
            }
        }
    }

    private static void CompileSource(DeviceProgram program, DeviceCompiler compiler, string source, string target, string[] common)
    {
        bool isCPlusPlus = DeviceProgram.IsCPlusPlus(source);
        // What newer compilers refuse by default, the compilers of DSP cores let pass: a missing declaration, a pointer cast to 32 bits.
        string[] language = isCPlusPlus
            ? ["-std=gnu++17", "-Drestrict=", "-fpermissive"]
            : ["-std=gnu11", "-Wno-implicit-function-declaration", "-Wno-implicit-int", "-Wno-int-conversion", "-Wno-incompatible-pointer-types"];
        string[] instrumentation = !program.IsInstrumented ? []
            : compiler.IsClang
            ? ["-fsanitize=kernel-address", "-mllvm", "-asan-instrumentation-with-call-threshold=0", "-mllvm", "-asan-stack=0", "-mllvm", "-asan-globals=0"]
            : ["-fsanitize=kernel-address", "--param", "asan-instrumentation-with-call-threshold=0", "--param", "asan-stack=0", "--param", "asan-globals=0"];
        CommandResult? result = Command.Run(isCPlusPlus ? compiler.CPlusPlus : compiler.Path,
        [
            .. language, "-O1", "-fno-builtin-memset", "-fno-builtin-memcpy", "-fno-builtin-memmove", .. common, .. program.Flags, .. instrumentation, DebugFormat,
            "-MMD", "-MF", target + ".d", "-c", source, "-o", target,
        ]);
        Require(result, Path.GetFileName(source), source);

        // Definitions that a header brings into every source file count once, as in a program of one file.
        List<string> arguments = [.. Weakening(target)];
        foreach (string name in Redefined)
        {
            arguments.Add($"--redefine-sym={name}=tileproof_{name}");
        }

        arguments.Add("--redefine-sym=__assert_fail=tileproof_assert_fail");
        arguments.Add(target);
        Require(Command.Run("objcopy", arguments), Path.GetFileName(source), "");
    }

    /// <summary>Only definitions become weak: a name that is used and defined nowhere stays an error.</summary>
    private static string[] Weakening(string objectFile)
    {
        string list = objectFile + ".weak";
        CommandResult? result = Command.Run("nm", ["--defined-only", "--extern-only", "--format=posix", objectFile]);
        Require(result, Path.GetFileName(objectFile), "");
        File.WriteAllLines(list, result!.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' ')[0]));
        return [$"--weaken-symbols={list}"];
    }

    private static void Link(DeviceProgram program, DeviceCompiler compiler, string native, string[] objects, string target)
    {
        CommandResult? result = Command.Run(program.HasCPlusPlus ? compiler.CPlusPlus : compiler.Path,
        [
            "-no-pie", "-Wl,-Ttext-segment=0x70000000", "-Wl,-T," + Path.Combine(native, "link.ld"),
            .. program.Allocator is { } allocator ? (string[])["-Wl,--wrap=" + allocator.Function] : [],
            .. objects, "-lm", "-o", target,
        ]);
        if (result is { ExitCode: 0 })
        {
            return;
        }

        string errors = result?.Errors ?? "";
        string[] missing = [.. Undefined().Matches(errors).Select(static match => match.Groups[1].Value).Distinct(StringComparer.Ordinal)];
        if (missing.Length == 0)
        {
            throw new DeviceBuildException($"linking {program.Name} failed: {FirstLine(errors)}");
        }

        throw new DeviceBuildException(string.Join("; ", missing.Select(name => program.Entries.Where(pair => pair.Value.Function == name).Select(static pair => pair.Key.ToString()).FirstOrDefault() is { } kind
            ? $"'{name}', the entry of {kind}, is defined in no source"
            : $"'{name}' is used{PlaceOfUse(errors, name)} and defined in no source")));
    }

    private static string PlaceOfUse(string errors, string name) =>
        errors.Split('\n').Select(line => UndefinedAt().Match(line)).FirstOrDefault(match => match.Success && match.Groups[3].Value == name) is { } found
            ? $" at {Path.GetFileName(found.Groups[1].Value)}:{found.Groups[2].Value}"
            : "";

    private string[] RuntimeObjects(string native, DeviceCompiler compiler)
    {
        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Version + compiler.Path + compiler.Version)))[..12];
        string target = Path.Combine(folder, $"runtime-{NativeFiles.Hash}-{key}");
        if (!Directory.Exists(target))
        {
            string work = $"{target}.{Path.GetRandomFileName()}";
            Directory.CreateDirectory(work);
            string[] sources = [.. Directory.EnumerateFiles(Path.Combine(native, "runtime"), "*.c"), .. Directory.EnumerateFiles(Path.Combine(native, "leaf"), "*.c")];
            ForEach(sources.Length, i =>
            {
                string source = sources[i];
                bool isLeaf = Path.GetFileName(Path.GetDirectoryName(source)) == "leaf";
                string output = Path.Combine(work, (isLeaf ? "z-leaf-" : "runtime-") + Path.GetFileNameWithoutExtension(source) + ".o");
                Require(Command.Run(compiler.Path, [.. RuntimeFlags, "-I" + Path.Combine(native, "include"), "-c", source, "-o", output]), Path.GetFileName(source), source);
                if (isLeaf)
                {
                    // The program's own kernel of that name wins.
                    Require(Command.Run("objcopy", [.. Weakening(output), output]), Path.GetFileName(source), "");
                }
            });
            Publish(work, target);
        }

        return [.. Directory.EnumerateFiles(target, "*.o").Order(StringComparer.Ordinal)];
    }

    /// <summary>Works on all at once; of several failures the first in order is the one that is told.</summary>
    private static void ForEach(int count, Action<int> work)
    {
        var failures = new Exception?[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            try
            {
                work(i);
            }
            catch (DeviceBuildException failure)
            {
                failures[i] = failure;
            }
        });
        if (Array.Find(failures, static failure => failure is not null) is { } first)
        {
            throw first;
        }
    }

    private static void Publish(string work, string target)
    {
        try
        {
            if (Directory.Exists(target))
            {
                Directory.Delete(target, recursive: true);
            }

            Directory.Move(work, target);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>Keeps the builds that were used last, and those that another process may be about to use.</summary>
    private void DeleteOld()
    {
        DateTime longAgo = DateTime.UtcNow - TimeSpan.FromHours(1);
        foreach (DirectoryInfo old in new DirectoryInfo(folder).EnumerateDirectories()
            .Where(static entry => BuildName().IsMatch(entry.Name))
            .OrderByDescending(static entry => entry.LastWriteTimeUtc)
            .Skip(LargestBuildCount)
            .Where(entry => entry.LastWriteTimeUtc < longAgo))
        {
            try
            {
                old.Delete(recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // Another process deleted it.
            }
        }
    }

    /// <summary>The variables outside the program's own memory, by address, and where functions end.</summary>
    private static (List<BankVariable> Variables, Dictionary<string, uint> FunctionEnds) SymbolsOf(string listing)
    {
        var variables = new List<BankVariable>();
        var ends = new Dictionary<string, uint>(StringComparer.Ordinal);
        foreach (string line in listing.Split('\n'))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length != 4
                || !ulong.TryParse(fields[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong address)
                || !ulong.TryParse(fields[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong length)
                || length is 0 or >= uint.MaxValue || address + length > uint.MaxValue)
            {
                continue;
            }

            if (address >= DeviceLayout.BankBase && address < DeviceLayout.SystemLimit)
            {
                variables.Add(new BankVariable(fields[3], (uint)address, (uint)length));
            }
            else if (fields[2] is "T" or "W")
            {
                ends[fields[3]] = (uint)(address + length);
            }
        }

        return ([.. variables.OrderBy(static variable => variable.Address)], ends);
    }

    private static void Require(CommandResult? result, string what, string source)
    {
        if (result is null)
        {
            throw new DeviceBuildException("the compiler cannot be run: install gcc with binutils") { IsMissingCompiler = true };
        }

        if (result.ExitCode == 0)
        {
            return;
        }

        string[] lines = result.Errors.Split('\n');
        string line = Array.Find(lines, static line => line.Contains(": error:", StringComparison.Ordinal) || line.Contains(": fatal error:", StringComparison.Ordinal))
            ?? FirstLine(result.Errors);
        if (source.Length > 0 && CompilerMessage().Match(line) is { Success: true } match)
        {
            line = $"{Path.GetFileName(match.Groups[1].Value)}:{match.Groups[2].Value}: {match.Groups[3].Value}";
        }

        throw new DeviceBuildException($"{what} does not compile: {line}");
    }

    private static string FirstLine(string text) => text.Split('\n').Select(static line => line.Trim()).FirstOrDefault(static line => line.Length > 0) ?? "no message";

    [GeneratedRegex(@"^(.+?):(\d+):(?:\d+:)? (?:fatal )?error: (.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex CompilerMessage();

    [GeneratedRegex(@"undefined reference to [`'](.+?)'", RegexOptions.CultureInvariant)]
    private static partial Regex Undefined();

    [GeneratedRegex(@"([^\s:]+):(\d+): undefined reference to [`'](.+?)'", RegexOptions.CultureInvariant)]
    private static partial Regex UndefinedAt();

    [GeneratedRegex("^[0-9a-f]{24}$", RegexOptions.CultureInvariant)]
    private static partial Regex BuildName();
}
