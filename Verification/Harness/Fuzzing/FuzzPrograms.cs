using TileProof.HwModel.Device;
using TileProof.HwModel.Machine;
using TileProof.Verification.Device;
using TileProof.Verification.Export;
using TileProof.Verification.Options;

namespace TileProof.Verification.Fuzzing;

/// <summary>The compiled programs of a campaign: each once, for machines of any banks and layers of any plan.</summary>
internal sealed class FuzzPrograms : IDisposable
{
    private readonly DeviceBuildFolder folder;

    private FuzzPrograms(DeviceBuildFolder folder, IReadOnlyList<(FuzzProgram Program, DeviceBuild Build)> builds)
    {
        this.folder = folder;
        Builds = builds;
    }

    /// <summary>The programs.</summary>
    public IReadOnlyList<(FuzzProgram Program, DeviceBuild Build)> Builds { get; }

    /// <summary>Compiles programs, or finds what was compiled before; null for none.</summary>
    /// <param name="programs">The programs.</param>
    /// <param name="cacheFolder">Where they are kept; null to keep none.</param>
    /// <exception cref="UserInputException">One does not compile, or there is no compiler.</exception>
    public static FuzzPrograms? Open(IReadOnlyList<FuzzProgram> programs, string? cacheFolder)
    {
        if (programs.Count == 0)
        {
            return null;
        }

        var folder = new DeviceBuildFolder(cacheFolder);
        try
        {
            var builder = new DeviceBuilder(folder.Path);
            var machine = DspConfiguration.FromBankBytes(BankSetting.PublishedBytes, BankSetting.PublishedBytes);
            return new FuzzPrograms(folder, [.. programs.Select(program => (program, Build(builder, program, machine)))]);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    private static DeviceBuild Build(DeviceBuilder builder, FuzzProgram program, DspConfiguration machine)
    {
        try
        {
            DeviceProgram described = DeviceProgramFile.Read(program.File);
            return builder.Build(described with { Defines = [.. described.Defines, "TILEPROOF_ANY_MACHINE"] }, LayerConfigHeader.WriteForAnyMachine(), machine);
        }
        catch (DeviceBuildException exception)
        {
            throw new UserInputException($"{program.File}: {exception.Message}", exception);
        }
    }
}
