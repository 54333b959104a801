using TileProof.Kernels.Devices;
using TileProof.Kernels.Executors;

namespace TileProof.Tests.Kernels;

[Collection(SharedDevices.Name)]
public sealed class DeviceCatalogTests
{
    [Fact]
    public void List_AnyMachine_NamesEveryKindAndWhatNeedsNoDriverIsUsable()
    {
        IReadOnlyList<DeviceCatalogEntry> entries = DeviceCatalog.List();
        Assert.Equal(Enum.GetValues<KernelDeviceKind>(), entries.Select(entry => entry.Kind).Distinct().Order());
        Assert.All(entries.Where(entry => entry.Kind is KernelDeviceKind.Host or KernelDeviceKind.IlgpuCpu), entry => Assert.True(entry.IsUsable));
        Assert.All(entries, entry => Assert.NotEmpty(entry.Reason));
    }

    [SkippableTheory]
    [InlineData(DeviceChoice.Cuda, KernelDeviceKind.Cuda)]
    [InlineData(DeviceChoice.OpenCl, KernelDeviceKind.OpenCl)]
    public void Open_KindThatIsNotUsable_IsAnErrorWithAHint(DeviceChoice choice, KernelDeviceKind kind)
    {
        Skip.If(DeviceCatalog.List().Any(entry => entry.Kind == kind && entry.IsUsable), $"there is a usable {kind.Label()} device");
        DeviceNotAvailableException error = Assert.Throws<DeviceNotAvailableException>(() => DeviceCatalog.Open(choice));
        Assert.StartsWith($"The device '{kind.Label()}' is not available: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("Hint: ", error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(DeviceChoice.Cuda, KernelDeviceKind.Cuda)]
    [InlineData(DeviceChoice.OpenCl, KernelDeviceKind.OpenCl)]
    [InlineData(DeviceChoice.IlgpuCpu, KernelDeviceKind.IlgpuCpu)]
    public void Open_KindThatIsUsable_GivesThatKind(DeviceChoice choice, KernelDeviceKind kind)
    {
        Skip.IfNot(DeviceCatalog.List().Any(entry => entry.Kind == kind && entry.IsUsable), $"no usable {kind.Label()} device");
        using IKernelExecutor executor = DeviceCatalog.Open(choice);
        Assert.Equal(kind, executor.Device.Kind);
        Assert.Contains("ILGPU 1.5.3", executor.Device.Driver, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_Host_TakesTheThreadCount()
    {
        using IKernelExecutor executor = DeviceCatalog.Open(DeviceChoice.Host, 3);
        Assert.Equal("3 threads", executor.Device.Name);
        Assert.Throws<ArgumentOutOfRangeException>(() => DeviceCatalog.Open(DeviceChoice.Host, 0));
    }

    [Fact]
    public void Parse_EveryWord_GivesAChoice()
    {
        Assert.Equal(Enum.GetValues<DeviceChoice>(), DeviceChoices.Words.Select(DeviceChoices.Parse).Order());
        ArgumentException error = Assert.Throws<ArgumentException>(() => DeviceChoices.Parse("gpu"));
        Assert.StartsWith("'gpu' is no device; choose auto, cuda, opencl, ilgpu-cpu, host.", error.Message, StringComparison.Ordinal);
    }
}
