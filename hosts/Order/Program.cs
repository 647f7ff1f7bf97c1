using Shop.Order;
using Shop.Product;
using Shop.Shared.Hosting;
using Shop.User;

await ShopHost.Run(args, serves: [new OrderModule()], needs: [new ProductModule(), new UserModule()]);
